// A count that follows the server while the page is looked at: one stream for every place that shows it. A page in the background holds no connection, since a browser has few for one server.
const places = [...document.querySelectorAll("[data-live-badge]")];
const { liveBadge: address, badgeName: name } = places[0].dataset;
let stream = null;

function show(count) {
  for (const place of places) {
    place.hidden = !(count > 0);
    place.textContent = count > 99 ? "99+" : String(count);
  }
}

function follow() {
  if (document.visibilityState !== "visible") {
    stream?.close();
    stream = null;
  } else if (stream === null) {
    stream = new EventSource(address);
    stream.addEventListener(name, event => show(Number(JSON.parse(event.data)[name])));
  }
}

document.addEventListener("visibilitychange", follow);
addEventListener("pagehide", () => { stream?.close(); stream = null; });
addEventListener("pageshow", event => { if (event.persisted) follow(); });
follow();
