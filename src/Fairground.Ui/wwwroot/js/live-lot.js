// Follows a lot's server-sent events (C-19). Any event may carry sold, entries (or total) and state; the event "drawn", or a state the
// page was not made for, loads the page again, because then the server has more to show than a number.
const language = document.documentElement.lang || undefined;
const number = new Intl.NumberFormat(language);
const fill = (template, sold, total) => template.replace("{0}", number.format(sold)).replace("{1}", number.format(total));

function show(bar, sold, total) {
  // Down, so that 100 % is only ever said when nothing is left.
  const percent = total > 0 ? Math.min(100, Math.floor(sold * 100 / total)) : 0;
  const words = fill(sold >= total ? bar.dataset.wordsFull : bar.dataset.words, sold, total);
  bar.querySelector("[data-sold-fill]").setAttribute("width", `${total > 0 ? Math.min(100, sold * 100 / total) : 0}%`);
  bar.querySelector("[data-sold-words]").textContent = words;
  bar.querySelector("[data-sold-percent]").textContent = `${percent}%`;
  bar.setAttribute("aria-valuenow", Math.min(sold, total));
  bar.setAttribute("aria-valuemax", total);
  bar.setAttribute("aria-valuetext", words);
  for (const left of document.querySelectorAll("[data-live-left]")) left.textContent = fill(bar.dataset.wordsLeft, Math.max(0, total - sold), total);
  for (const field of document.querySelectorAll("input[data-live-max]")) field.max = Math.max(0, Math.min(Number(field.dataset.liveMax) || Infinity, total - sold));
}

let reloading = false;
function reloadSoon() {
  if (reloading) return;
  reloading = true;
  // Spread over two seconds, so that a crowd that watches one draw does not ask all at once.
  setTimeout(() => location.reload(), 300 + Math.random() * 2_000);
}

function follow(bar) {
  const source = new EventSource(bar.dataset.events);
  const take = event => {
    let data;
    try { data = JSON.parse(event.data); } catch { return; }
    if (data === null || typeof data !== "object") return;
    const total = Number(bar.dataset.goal ?? data.entries ?? data.total ?? bar.dataset.total);
    if (data.applicants !== undefined) for (const people of document.querySelectorAll("[data-live-applicants]")) people.textContent = people.textContent.replace(/[\d\s\u202f\u00a0.,]*\d/, number.format(data.applicants));
    const sold = Number(data.sold);
    if (Number.isFinite(sold) && data.sold !== undefined && Number.isFinite(total)) show(bar, sold, total);
    if (typeof data.state !== "string") return;
    const changed = bar.dataset.state && bar.dataset.state !== data.state;
    bar.dataset.state = data.state;
    if (data.stateText) for (const chip of document.querySelectorAll("[data-live-state] .chip-text")) chip.textContent = data.stateText;
    if (changed) reloadSoon();
  };
  source.onmessage = take;
  for (const name of ["lot", "snapshot", "sold", "state", "sold_out", "closed", "drawing"]) source.addEventListener(name, take);
  for (const name of ["drawn", "cancelled", "refunded"]) source.addEventListener(name, event => { take(event); source.close(); reloadSoon(); });
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
}

for (const bar of document.querySelectorAll("[data-sold-bar][data-events]")) follow(bar);
