// What this page says in five languages. TRANSLATIONS, which stands above, holds the four beside English: the English text is the key.
const LANGUAGES = { en: "English", ru: "Русский", kk: "Қазақша", ko: "한국어", "zh-Hans": "简体中文" };

/** The one that the address names, else the first of the browser's that we speak. */
const LANGUAGE = (() => {
  const asked = new URLSearchParams(location.search).get("language");
  if (Object.hasOwn(LANGUAGES, asked ?? "")) return asked;
  for (const wanted of navigator.languages ?? []) {
    const ours = Object.keys(LANGUAGES).find(code => code.split("-")[0] === wanted.toLowerCase().split("-")[0]);
    if (ours !== undefined) return ours;
  }
  return "en";
})();

/** The text in the reader's language, with its places {0}, {1} … filled in. */
const say = (text, ...parts) => (TRANSLATIONS[LANGUAGE]?.[text] ?? text).replace(/\{(\d)\}/g, (_, place) => parts[place]);

/** A sentence of the engine, which speaks English with what it found filled in: found again by its pattern. What no pattern knows stays as it is. */
const saySentence = sentence => {
  if (LANGUAGE === "en") return sentence;
  for (const [pattern, text] of PATTERNS()) {
    const found = pattern.exec(sentence);
    if (found !== null) return say(text, ...found.slice(1).map((part, i) => (NESTED.has(`${text}#${i}`) ? saySentence(part) : part)));
  }
  return sentence;
};

// Those whose place holds a sentence in its turn.
const NESTED = new Set(["The draw does not hold: {0}#0"]);

/** Made once, in the order of sentences.js; a part between two texts is as short as it can be. */
const PATTERNS = (() => {
  let made = null;
  const patternOf = text => new RegExp(`^${text.split(/\{\d\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("([\\s\\S]+?)")}$`);
  return () => (made ??= SENTENCES.map(text => [patternOf(text), text]));
})();

/** Puts the page itself into the reader's language. Elements inside a sentence keep their place {0}, {1} … in it. */
function sayPage() {
  document.documentElement.lang = LANGUAGE;
  for (const element of document.querySelectorAll("[data-say-label]")) element.setAttribute("aria-label", say(element.dataset.sayLabel));
  for (const element of document.querySelectorAll("[data-say]")) {
    const inside = [...element.children];
    const text = TRANSLATIONS[LANGUAGE]?.[element.dataset.say] ?? element.dataset.say;
    element.replaceChildren(...text.split(/\{(\d)\}/).map((part, i) => (i % 2 === 0 ? part : inside[part])));
  }
  const nav = document.getElementById("languages");
  nav.replaceChildren(...Object.entries(LANGUAGES).map(([code, name]) => {
    const link = document.createElement("a");
    const address = new URL(location.href);
    address.searchParams.set("language", code);
    [link.href, link.lang, link.hreflang, link.textContent] = [address.href, code, code, name];
    if (code === LANGUAGE) link.setAttribute("aria-current", "true");
    return link;
  }));
  nav.hidden = false;
}
