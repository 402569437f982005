// Buttons with data-copy put a text on the clipboard. They are hidden until this runs.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const label = button.querySelector("span");
  const usual = label.textContent;
  let timer = 0;
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
    label.textContent = button.dataset.copied;
    button.classList.add("copy-done");
    clearTimeout(timer);
    timer = setTimeout(() => { label.textContent = usual; button.classList.remove("copy-done"); }, 2_000);
  });
}
