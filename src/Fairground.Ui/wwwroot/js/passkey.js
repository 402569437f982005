// Forms with data-passkey ask the browser for a passkey and post what it answers. They are hidden until this runs: every other way in works without scripts.
const able = "PublicKeyCredential" in window && typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function";

async function perform(kind, address) {
  const answer = await fetch(address, { method: "POST", headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  const { ceremonyId, options } = await answer.json();
  const credential = kind === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return { ceremonyId, credential: JSON.stringify(credential) };
}

for (const form of able ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  const problem = form.querySelector("[data-passkey-problem]");
  form.addEventListener("submit", async event => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    problem.hidden = true;
    try {
      const { ceremonyId, credential } = await perform(form.dataset.passkey, form.dataset.options);
      form.elements.ceremony.value = ceremonyId;
      form.elements.credential.value = credential;
      form.requestSubmit();
    } catch {
      problem.hidden = false;
    } finally {
      delete form.dataset.busy;
    }
  });
}
