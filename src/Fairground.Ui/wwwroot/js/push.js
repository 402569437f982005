// A panel with data-push switches push messages to this browser on and off. It is hidden until this runs, and stays so where the browser has none.
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));

const tell = async (address, subscription) => {
  const answer = await fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(subscription) });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
};

async function subscribe(worker) {
  if (await Notification.requestPermission() !== "granted") return "denied";
  const { publicKey } = await (await fetch("/api/v1/push/key")).json();
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(publicKey) });
  await tell("/api/v1/me/push-subscriptions", subscription);
  return "on";
}

async function unsubscribe(subscription) {
  await tell("/api/v1/me/push-subscriptions/removal", subscription);
  await subscription.unsubscribe();
  return "off";
}

for (const panel of able ? document.querySelectorAll("[data-push]") : []) {
  const show = state => {
    for (const part of panel.querySelectorAll("[data-push-state]")) part.hidden = !part.dataset.pushState.split(" ").includes(state);
  };
  const worker = await navigator.serviceWorker.ready;
  const now = async () => (await worker.pushManager.getSubscription()) ? "on" : Notification.permission === "denied" ? "denied" : "off";
  panel.hidden = false;
  show(await now());
  for (const button of panel.querySelectorAll("button")) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        const subscription = await worker.pushManager.getSubscription();
        show(subscription ? await unsubscribe(subscription) : await subscribe(worker));
      } catch {
        show("failed");
      } finally {
        button.disabled = false;
      }
    });
  }
}
