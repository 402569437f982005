// Buttons with data-listen read an article aloud: what it marks data-spoken, in the article's language. They are hidden until this runs, and stay so where the browser cannot speak.
const speech = "SpeechSynthesisUtterance" in window ? window.speechSynthesis : undefined;
let active = null;

const rest = () => {
  if (active) active.button.querySelector("span").textContent = active.button.dataset.usual;
  active = null;
};

function read(button) {
  const article = button.closest("article");
  const mine = active = { button };
  button.querySelector("span").textContent = button.dataset.stop;
  // A line at a time: some voices fall silent in the middle of a long text.
  const lines = [...article.querySelectorAll("[data-spoken]")].flatMap(part => part.querySelector("p, h3") ? [...part.querySelectorAll("p, h3")] : [part]);
  const spoken = lines.map(line => line.textContent.replace(/\s+/g, " ").trim()).filter(line => line);
  spoken.forEach((line, at) => {
    const utterance = new SpeechSynthesisUtterance(line);
    utterance.lang = article.lang || document.documentElement.lang;
    const ends = () => { if (active === mine) rest(); };
    if (at === spoken.length - 1) utterance.onend = ends;
    utterance.onerror = ends;
    speech.speak(utterance);
  });
}

for (const button of speech ? document.querySelectorAll("button[data-listen]") : []) {
  button.dataset.usual = button.querySelector("span").textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const stops = active?.button === button;
    rest();
    speech.cancel();
    if (!stops) read(button);
  });
}
// A voice would read on after the page is gone.
addEventListener("pagehide", () => speech?.cancel());
