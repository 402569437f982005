// Reads a QR code with the camera, puts it into the form's input named token and sends the form. BarcodeDetector where the browser has
// one that knows QR codes, the vendored jsQR elsewhere. Whoever has no camera types the code.
const decoderUrl = new URL("../vendor/jsqr/jsQR.js", import.meta.url);
const everyMs = 180;
const longestSide = 800;

async function nativeReader() {
  if (!("BarcodeDetector" in window)) return null;
  try {
    if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async video => (await detector.detect(video))[0]?.rawValue;
  } catch { return null; }
}

async function vendoredReader() {
  await import(decoderUrl);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async video => {
    const scale = Math.min(1, longestSide / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    return self.jsQR(image.data, image.width, image.height, { inversionAttempts: "attemptBoth" })?.data;
  };
}

function attach(box) {
  const form = document.getElementById(box.dataset.form);
  const video = box.querySelector("video");
  const status = box.querySelector("[role=status]");
  const toggle = box.querySelector("[data-scanner-toggle]");
  const say = text => { status.textContent = text; };
  let stream = null;

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.hidden = true;
    box.classList.remove("scanner-on");
    toggle.textContent = box.dataset.start;
  }

  async function found(text) {
    stop();
    say(box.dataset.found);
    box.classList.add("scanner-found");
    navigator.vibrate?.(80);
    form.elements.namedItem("token").value = text;
    form.requestSubmit();
  }

  async function look(read) {
    while (stream) {
      let text;
      // A single frame that cannot be read is no reason to stop looking.
      try { if (video.readyState >= 2) text = await read(video); } catch { text = undefined; }
      if (stream && text) { await found(text); return; }
      await new Promise(resolve => setTimeout(resolve, everyMs));
    }
  }

  async function start() {
    toggle.disabled = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      const read = await nativeReader() ?? await vendoredReader();
      box.classList.add("scanner-on");
      toggle.textContent = box.dataset.stop;
      say(box.dataset.looking);
      look(read);
    } catch (problem) {
      stop();
      say(problem?.name === "NotAllowedError" ? box.dataset.denied : box.dataset.none);
      form.elements.namedItem("token").focus();
    } finally { toggle.disabled = false; }
  }

  // Cameras are given to secure pages only; elsewhere the words about typing stay.
  if (!form || !navigator.mediaDevices?.getUserMedia) return;
  say("");
  toggle.hidden = false;
  toggle.addEventListener("click", () => stream ? stop() : start());
  addEventListener("pagehide", stop);
}

for (const box of document.querySelectorAll("[data-scanner]")) attach(box);
