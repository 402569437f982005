// Enhances <time data-countdown>: adds the running clock beside the instant. Also writes <time data-local> in the reader's own zone.
const page = document.documentElement.lang;
// Plain "en" would put the month first; the server writes the day first.
const language = !page ? undefined : page === "en" ? "en-GB" : page;
// Browsers that know no Kazakh call December "M12": such a date is written in figures, and the units below in our own words.
const named = !/^M\d/.test(new Intl.DateTimeFormat(language, { month: "short" }).format(0));
const thisYear = new Date().getFullYear();
// The zone and the year stand in the title; on the page they are said where they are not plain.
function style(at, time) {
  const date = { day: "numeric", month: "short", ...(at.getFullYear() === thisYear ? {} : { year: "numeric" }) };
  if (!named) Object.assign(date, { day: "2-digit", month: "2-digit" });
  if (time.dataset.local === "date") return date;
  const zone = "countdown" in time.dataset ? { timeZoneName: "short" } : {};
  return { ...date, hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone };
}

for (const time of document.querySelectorAll("time[data-local]")) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) continue;
  time.title = time.textContent;
  time.textContent = new Intl.DateTimeFormat(named ? language : "ru", style(at, time)).format(at);
}

const units = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];
const formats = units.map(([unit]) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: unit === "day" ? "long" : "short" }));
// As the count asks for it: one day, two days.
const ownNames = { kk: ["күн", "сағ", "мин", "сек"] };
const unitName = (i, count) => !named && ownNames[page] ? ownNames[page][i] : formats[i].formatToParts(count).filter(part => part.type === "unit").map(part => part.value).join("");

const clocks = [...document.querySelectorAll("time[data-countdown]")].map(time => {
  const left = time.closest("[data-countdown-box]")?.querySelector("[data-countdown-left]");
  return left ? { time, left, large: left.parentElement.classList.contains("countdown-large"), end: Date.parse(time.dateTime), cells: null, done: false } : null;
}).filter(clock => clock && !Number.isNaN(clock.end));

function cellsOf(clock) {
  clock.left.replaceChildren();
  clock.cells = units.map(() => {
    const cell = document.createElement("span");
    const figure = document.createElement("b");
    const unit = document.createElement("small");
    cell.className = "countdown-cell";
    cell.append(figure, unit);
    clock.left.append(cell);
    return { cell, figure, unit };
  });
  clock.left.setAttribute("role", "timer");
  clock.left.hidden = false;
}

function finish(clock) {
  clock.done = true;
  clock.left.hidden = false;
  clock.left.textContent = clock.time.dataset.done;
  clock.left.classList.add("countdown-done");
  // "Begins in" names a time that is still to come.
  clock.left.parentElement.querySelector(".countdown-label")?.setAttribute("hidden", "");
  clock.time.dispatchEvent(new CustomEvent("countdown:done", { bubbles: true }));
  // Spread over three seconds, so that a crowd that waits for one draw does not ask all at once.
  if ("reload" in clock.time.dataset) setTimeout(() => location.reload(), 1_500 + Math.random() * 3_000);
}

function tick() {
  const now = Date.now();
  for (const clock of clocks) {
    if (clock.done) continue;
    let rest = Math.ceil((clock.end - now) / 1_000);
    if (rest <= 0) { finish(clock); continue; }
    if (!clock.cells) cellsOf(clock);
    clock.left.classList.toggle("countdown-soon", rest < 3_600);
    // The large clock runs to the second; a small one names its two largest units and stays calm.
    const first = rest >= 86_400 ? 0 : rest >= 3_600 ? 1 : 2;
    units.forEach(([unit, size], i) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      const text = unit === "day" ? String(count) : String(count).padStart(2, "0");
      const { cell, figure, unit: name } = clock.cells[i];
      if (figure.textContent !== text) {
        figure.textContent = text;
        name.textContent = unitName(i, count);
      }
      cell.hidden = clock.large ? unit === "day" && count === 0 : i < first || i > first + 1;
    });
  }
  if (clocks.some(clock => !clock.done)) setTimeout(tick, 1_000 - (Date.now() % 1_000));
}
// An end that had passed before the page came is not news: say so, but never load again for it.
for (const clock of clocks) if (clock.end <= Date.now()) { delete clock.time.dataset.reload; }
tick();
