// Forms with data-position say where the phone is, where it allows that: asked when the form is sent, and never otherwise.
for (const form of document.querySelectorAll("form[data-position]")) {
  form.addEventListener("submit", event => {
    if (!navigator.geolocation || form.dataset.placed) return;
    event.preventDefault();
    event.stopPropagation();
    const { submitter } = event;
    const send = position => {
      form.dataset.placed = "1";
      if (position) {
        form.elements.latitude.value = position.coords.latitude.toFixed(6);
        form.elements.longitude.value = position.coords.longitude.toFixed(6);
      }
      form.requestSubmit(submitter);
    };
    navigator.geolocation.getCurrentPosition(send, () => send(null), { enableHighAccuracy: true, timeout: 6_000, maximumAge: 60_000 });
  });
}
