// Draws <figure data-plot> with uPlot. The same figures stand in a table beside it.
import uPlot from "../vendor/uplot/uPlot.esm.js";

const language = document.documentElement.lang || undefined;
const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("../vendor/uplot/uPlot.min.css", import.meta.url).href;
document.head.append(sheet);

const dashes = [[], [8, 5], [2, 4], [10, 4, 2, 4]];
const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const colours = { good: "--fg-good", warm: "--fg-marigold", alarm: "--fg-alarm", info: "--fg-info-text", neutral: "--fg-text", quiet: "--fg-muted" };

function options(plan, width) {
  const count = new Intl.NumberFormat(language);
  const scale = 10 ** plan.digits;
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const exact = plan.currency
    ? new Intl.NumberFormat(language, { style: "currency", currency: plan.currency, currencyDisplay: "code" })
    : count;
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const moment = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const hour = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  // What lies within two days is told apart by the hour.
  const place = plan.time && plan.x.at(-1) - plan.x[0] < 172800 ? hour : day;
  const line = { stroke: token("--fg-line"), width: 1 };
  const font = `12px ${token("--fg-font")}`;
  return {
    width, height: Math.max(220, Math.min(320, Math.round(width * .5))),
    scales: { x: { time: plan.time === true } },
    cursor: { y: false },
    axes: [
      { stroke: token("--fg-muted"), grid: line, ticks: line, font, label: plan.xLabel, labelFont: font, labelSize: 18, values: (_, at) => at.map(v => plan.time ? place.format(v * 1000) : short.format(v)) },
      { stroke: token("--fg-muted"), grid: line, ticks: line, font, size: 62, values: (_, at) => at.map(v => short.format(v / scale)) },
    ],
    series: [
      { label: plan.xLabel, value: (_, v) => v === null ? "–" : plan.time ? moment.format(v * 1000) : count.format(v) },
      ...plan.lines.map((l, i) => ({
        label: l.label, stroke: token(colours[l.tone] ?? "--fg-text"), width: 2, dash: dashes[i % dashes.length], paths: plan.time ? uPlot.paths.stepped({ align: 1 }) : undefined, points: { show: false },
        value: (_, v) => v === null ? "–" : exact.format(v / scale),
      })),
    ],
  };
}

for (const figure of document.querySelectorAll("figure[data-plot]")) {
  const plan = JSON.parse(figure.dataset.plot);
  const area = figure.querySelector(".plot-area");
  const data = [plan.x, ...plan.lines.map(l => l.values)];
  figure.hidden = false;
  let plot = null;
  const draw = () => {
    plot?.destroy();
    plot = new uPlot(options(plan, area.clientWidth), data, area);
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let width = area.clientWidth;
  new ResizeObserver(() => {
    if (area.clientWidth === width || area.clientWidth === 0) return;
    width = area.clientWidth;
    draw();
  }).observe(area);
}
