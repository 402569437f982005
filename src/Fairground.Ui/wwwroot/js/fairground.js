// The one script a page names. It fetches the others only where the page has something for them; without scripts every page still works.
const when = (selector, load) => { if (document.querySelector(selector)) load(); };

when("[data-countdown], time[data-local]", () => import("./countdown.js"));
when("[data-sold-bar][data-events]", () => import("./live-lot.js"));
when("[data-draw-show]", () => import("./draw-show.js"));
when("form[data-quantity]", () => import("./quantity.js"));
when("[data-copy]", () => import("./copy.js"));
when("[data-listen]", () => import("./listen.js"));
when("figure[data-plot]", () => import("./plot.js"));
when("form[data-passkey]", () => import("./passkey.js"));
when("[data-live-badge]", () => import("./live-badge.js"));
when("[data-push]", () => import("./push.js"));
when("[data-scanner]", () => import("./scanner.js"));
when("form[data-position]", () => import("./position.js"));

// What is under way is looked at again; without scripts the page does that by itself.
for (const waiting of document.querySelectorAll("[data-reload-after]")) setTimeout(() => location.reload(), waiting.dataset.reloadAfter * 1_000);

for (const button of document.querySelectorAll("[data-print]")) { button.hidden = false; button.addEventListener("click", () => print()); }

// Without a network the app shows a page of ours; where the browser has no service workers, it shows its own.
navigator.serviceWorker?.register("/service-worker.js").catch(() => {});

// The browser says when the app can be installed; until then, and once it is, there is nothing to press.
addEventListener("beforeinstallprompt", event => {
  event.preventDefault();
  for (const button of document.querySelectorAll("[data-install]")) {
    button.hidden = false;
    button.onclick = async () => {
      await event.prompt();
      button.hidden = true;
    };
  }
});
addEventListener("appinstalled", () => { for (const button of document.querySelectorAll("[data-install]")) button.hidden = true; });

// Menus are <details>: close them when the reader goes elsewhere.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", event => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) { menu.open = false; menu.querySelector("summary").focus(); }
});

// A form sent twice is one command anyway (idempotency key); this only spares the second round trip.
document.addEventListener("submit", event => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
// A page that comes back from the browser's cache may be sent again.
addEventListener("pageshow", event => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});
