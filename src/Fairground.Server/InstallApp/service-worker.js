// Stands between the app and the network. Pages about money are never kept: without a network there is one page that says so.
const version = "{{version}}";
const cacheName = `fairground-${version}`;
const offlinePage = "/offline";

// The offline page names what it needs: its styles and pictures, and the fonts that its styles name.
const addresses = (text, pattern, base) => [...text.matchAll(pattern)].map(match => new URL(match[1], base)).filter(url => url.origin === location.origin && url.pathname.startsWith("/_content/"));

const keep = async () => {
  const cache = await caches.open(cacheName);
  const page = await fetch(offlinePage, { cache: "reload", credentials: "omit" });
  if (!page.ok) throw new Error(`${offlinePage} answered ${page.status}`);
  await cache.put(offlinePage, page.clone());
  const parts = addresses(await page.text(), /(?:href|src)="([^"]+)"/g, location.origin);
  await Promise.all(parts.map(async part => {
    const response = await fetch(part);
    if (!response.ok) return;
    await cache.put(part, response.clone());
    if (!part.pathname.endsWith(".css")) return;
    await Promise.all(addresses(await response.text(), /url\(["']?([^"')]+)["']?\)/g, part).map(async needed => {
      const answer = await fetch(needed);
      if (answer.ok) await cache.put(needed, answer);
    }));
  }));
};

self.addEventListener("install", event => event.waitUntil(keep().then(() => self.skipWaiting())));

self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("fairground-") && name !== cacheName) await caches.delete(name);
  await self.clients.claim();
})()));

const kept = async request => (await (await caches.open(cacheName)).match(request)) ?? Response.error();

self.addEventListener("fetch", event => {
  const { request } = event;
  if (request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(offlinePage)));
  else if (url.pathname.startsWith("/_content/")) event.respondWith(fetch(request).catch(() => kept(request)));
});

// A notice from the market: { title, body, url, tag }. It leads to a page of this market only.
self.addEventListener("push", event => {
  let notice = {};
  try {
    notice = event.data?.json() ?? {};
  } catch {
    notice = { body: event.data?.text() };
  }
  event.waitUntil(self.registration.showNotification(notice.title ?? "Fairground", {
    body: notice.body ?? "", tag: notice.tag, icon: "/_content/Fairground.Ui/icons/icon-192.png", data: { url: notice.url ?? "/messages" },
  }));
});

self.addEventListener("notificationclick", event => {
  event.notification.close();
  event.waitUntil((async () => {
    const wanted = new URL(event.notification.data?.url ?? "/", location.origin);
    const target = wanted.origin === location.origin ? wanted.href : location.origin;
    const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const open = windows.find(window => window.url === target) ?? windows[0];
    if (!open) return self.clients.openWindow(target);
    await open.focus();
    if (open.url !== target) await open.navigate(target);
  })());
});
