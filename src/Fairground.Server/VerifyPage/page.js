// The page around the engine: takes files or fetches them, shows the steps as they come, and the verdict.
(() => {
  "use strict";

  const KINDS = {
    bundle: say("Bundle of the draw"), entries: say("List of entries"), receipt: say("Receipt"), inclusion: say("Inclusion proof"), log: say("Closing log"),
    heads: say("Signed heads of the log"), keys: say("Keys of the server"), outcomes: say("Table of outcomes"), beacon: say("Beacon round"),
  };
  const ONLY_ONE = ["bundle", "entries", "keys", "outcomes"];
  const TITLES = {
    bundle: say("Bundle"), terms: say("Terms"), keys: say("Keys"), "closing.signature": say("Closing"), "closing.terms": say("Closing and terms"), "closing.round": say("Beacon round"), entries: say("Entries"), "entries.limits": say("Limits"),
    "closing.size": say("Number of entries"), "closing.root": say("Frozen root"), switches: say("Fail-over"), entropy: say("Randomness"), "entropy.chain": say("Beacon key"), "entropy.promise": say("What the source promises"), seed: say("Seed"),
    winners: say("Winners"), reserves: say("Reserves"), calls: say("Calls of reserves"), outcomes: say("Table of outcomes"), receipt: say("Receipt"), inclusion: say("Inclusion"), log: say("Closing log"), "log.copies": say("Copies of the log"),
    "log.heads": say("Heads of the log"), beacon: say("Beacon that you brought"),
  };
  const WORDS = { passed: say("holds"), doubt: say("caution"), failed: say("fails") };
  const VERDICTS = { passed: say("Verified"), doubts: say("Verified, with cautions"), failed: say("Not verified") };

  const $ = id => document.getElementById(id);
  const make = (tag, ...children) => {
    const element = document.createElement(tag);
    element.append(...children);
    return element;
  };
  const count = number => number.toLocaleString(LANGUAGE);
  const size = bytes => (bytes < 1000 ? say("{0} bytes", bytes) : bytes < 1e6 ? say("{0} kB", count(Math.round(bytes / 1000))) : say("{0} MB", (bytes / 1e6).toFixed(1)));

  const chosen = [];
  let worker = null;
  let running = 0;

  // --- Files ---

  async function take(files) {
    trouble(null);
    forget();
    const unknown = [];
    for (const file of files) {
      const sorted = await Fairground.sortFile(file, file.name);
      if (sorted.kind === null) unknown.push(file.name);
      else add(sorted, file.name, file.size);
    }
    if (unknown.length > 0) trouble(say("{0}: this is none of the files of a draw.", unknown.join(", ")));
    showFiles();
  }

  function add(sorted, name, bytes) {
    if (ONLY_ONE.includes(sorted.kind)) {
      const old = chosen.findIndex(file => file.kind === sorted.kind);
      if (old >= 0) chosen.splice(old, 1);
    }
    chosen.push({ ...sorted, name, bytes: sorted.bytes, size: bytes });
  }

  function showFiles() {
    $("files").replaceChildren(...chosen.map(file => {
      const remove = make("button", "×");
      remove.type = "button";
      remove.setAttribute("aria-label", say("Take away {0}", file.name));
      remove.addEventListener("click", () => {
        chosen.splice(chosen.indexOf(file), 1);
        forget();
        showFiles();
      });
      return make("li", make("b", KINDS[file.kind], make("span", `${file.name}, ${size(file.size)}`)), remove);
    }));
    $("run").hidden = !chosen.some(file => file.kind === "bundle");
    $("clear").hidden = chosen.length === 0;
    // One thing to do at a time is in the colour of the fair.
    $("choose").className = `button ${$("run").hidden ? "primary" : "quiet"}`;
    if (chosen.length > 0 && $("run").hidden) trouble(say("The bundle of the draw (proof.json) is still missing."));
  }

  function trouble(text) {
    $("trouble").hidden = text === null;
    $("trouble").textContent = text ?? "";
  }

  /** What was shown of an earlier check goes away: it was of other files. */
  function forget() {
    running++;
    worker?.terminate();
    worker = null;
    document.body.classList.remove("done");
    $("run").textContent = say("Check the draw");
    for (const id of ["verdict", "drawn", "cautions", "steps", "report", "progress"]) $(id).hidden = true;
    $("list").replaceChildren();
  }

  // --- Fetching from the server that serves this page ---

  async function fetchLot(lot) {
    const from = path => new URL(path, location.href.split(/[?#]/)[0]).href;
    const own = `api/v1/lots/${lot}`;
    // Kind, address, name, and whether the draw can be checked without it.
    const wanted = [
      ["bundle", `${own}/proof`, "proof.json", false], ["entries", `${own}/entries`, "entries.txt", false], ["log", "api/v1/closing-log", "closing-log.txt", true],
      ["heads", "api/v1/closing-log/head", "head.jws", true], ["keys", ".well-known/jwks.json", "jwks.json", true], ["outcomes", `${own}/outcomes`, "outcomes.json", true],
    ];
    try {
      for (const [kind, path, name, optional] of wanted) {
        const response = await fetch(from(path), { credentials: "omit", headers: { Accept: "application/json, text/plain" } });
        if (!response.ok && optional) continue;
        if (!response.ok) throw new Error(await problemOf(response, name));
        const blob = await gather(response, name);
        if (kind === "entries") add({ kind, blob }, name, blob.size);
        else if (kind === "heads") add({ kind, texts: [(await blob.text()).trim()] }, name, blob.size);
        else add({ kind, bytes: new Uint8Array(await blob.arrayBuffer()) }, name, blob.size);
        showFiles();
      }
      await run({ keysFrom: "the server publishes", lot });
    } catch (error) {
      $("progress").hidden = true;
      trouble(`${error.message} ${say("You can also choose the files by hand.")}`);
    }
  }

  async function problemOf(response, name) {
    const problem = await response.json().catch(() => null);
    return problem?.title ? `${problem.title}${problem.detail ? ` ${problem.detail}` : ""}` : say("The server did not give {0} (status {1}).", name, response.status);
  }

  async function gather(response, name) {
    const parts = [];
    let bytes = 0;
    const reader = response.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      parts.push(piece.value);
      bytes += piece.value.length;
      progress(null, say("Fetching {0}: {1}", name, size(bytes)));
    }
    return new Blob(parts);
  }

  // --- The check ---

  async function run(known = {}) {
    trouble(null);
    forget();
    const mine = running;
    const of = kind => chosen.filter(file => file.kind === kind);
    const files = {
      bundle: of("bundle")[0].bytes, entries: of("entries")[0]?.blob ?? null, keys: of("keys")[0]?.bytes ?? null, ...known, outcomes: of("outcomes")[0]?.bytes ?? null,
      receipts: of("receipt").flatMap(file => file.texts), heads: of("heads").flatMap(file => file.texts),
      inclusions: of("inclusion").map(file => file.bytes), logs: of("log").map(file => file.bytes), beacons: of("beacon").map(file => file.bytes),
    };
    const total = files.entries?.size ?? 0;
    $("steps").hidden = false;
    progress(0, say("Reading the terms"));
    const hear = message => {
      if (mine !== running) return;
      if (message.step) showStep(message.step);
      if (message.progress) progress(message.progress.bytes / total, say("{0} entries read, {1} %", count(message.progress.lines), Math.floor((100 * message.progress.bytes) / total)));
      if (message.report) finish(message.report, files);
      if (message.error) {
        $("progress").hidden = true;
        trouble(say("The check broke off and says nothing about the draw: {0}", message.error));
      }
    };
    const alone = () => Fairground.answer(files, hear, breathe());
    worker = startWorker(hear, () => mine === running && alone());
    if (worker !== null) worker.postMessage(files);
    else await alone();
  }

  /** The same scripts again, in a worker, so that the page stays alive; null, or a call of without, where the browser has none for pages like this. */
  function startWorker(hear, without) {
    const code = `${$("curves").textContent}\n${$("engine").textContent}\nonmessage = event => Fairground.answer(event.data, message => postMessage(message), async () => {});`;
    try {
      const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
      const started = new Worker(url);
      let heard = false;
      started.onmessage = event => {
        heard = true;
        hear(event.data);
      };
      started.onerror = event => (heard ? hear({ error: event.message || "the worker stopped" }) : without());
      return started;
    } catch {
      return null;
    }
  }

  /** Without a worker: gives the page a turn every twentieth of a second. */
  function breathe() {
    let last = performance.now();
    return async () => {
      if (performance.now() - last < 50) return;
      await new Promise(done => setTimeout(done, 0));
      last = performance.now();
    };
  }

  function progress(share, text) {
    $("progress").hidden = false;
    if (share === null) $("bar").removeAttribute("value");
    else $("bar").value = share;
    $("progress-text").textContent = text;
  }

  // --- What was found ---

  /** A sentence with its long hexadecimal values set apart, so that they can be compared. */
  const worded = sentence => sentence.split(/([0-9a-f]{32,})/).map((part, i) => {
    if (i % 2 === 0) return part;
    const code = make("code", part);
    code.className = "hash";
    return code;
  });

  function showStep({ id, outcome, sentence }) {
    const item = make("li", make("h3", `${TITLES[id] ?? id}: `, make("b", WORDS[outcome])), make("p", ...worded(saySentence(sentence))));
    item.className = outcome;
    item.dataset.step = id;
    $("list").append(item);
    if (outcome !== "failed" && id === "closing.size") progress(1, say("Computing the draw"));
  }

  function finish(report, files) {
    worker?.terminate();
    worker = null;
    $("progress").hidden = true;
    $("verdict").className = `verdict ${report.verdict}`;
    $("verdict-title").textContent = VERDICTS[report.verdict];
    $("verdict-text").replaceChildren(...worded(saySentence(report.sentence)));
    $("verdict").hidden = false;
    const cautions = report.steps.filter(step => step.outcome === "doubt");
    $("cautions").hidden = report.verdict === "failed" || cautions.length === 0;
    $("cautions").querySelector("ul").replaceChildren(...cautions.map(step => make("li", ...worded(saySentence(step.sentence)))));
    if (report.verdict !== "failed") showDrawn(files);
    const text = [VERDICTS[report.verdict], saySentence(report.sentence), "", ...report.steps.map(step => `${WORDS[step.outcome].padEnd(8)} ${TITLES[step.id] ?? step.id}: ${saySentence(step.sentence)}`)].join("\n");
    $("report").href = URL.createObjectURL(new Blob([text + "\n"], { type: "text/plain" }));
    $("report").hidden = false;
    document.body.classList.add("done");
    $("run").textContent = say("Check again");
    $("verdict").focus({ preventScroll: true });
    $("verdict").scrollIntoView({ block: "start" });
  }

  function showDrawn(files) {
    const bundle = Fairground.parseBundle(files.bundle);
    const list = make("ul", ...bundle.winners.slice(0, 24).map(win => make("li", make("b", win.number), say("entry {0}", count(win.seq)))));
    list.className = "places";
    const more = bundle.winners.length > 24 ? [make("p", say("and {0} more", count(bundle.winners.length - 24)))] : [];
    $("drawn").replaceChildren(make("h2", bundle.terms.get("title")), make("p", bundle.winners.length === 1 ? say("The number that won:") : say("The numbers that won:")), list, ...more);
    $("drawn").hidden = false;
  }

  // --- Start ---

  sayPage();

  $("pick").addEventListener("change", async event => {
    await take([...event.target.files]);
    event.target.value = "";
  });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    addEventListener(name, event => {
      event.preventDefault();
      $("drop").classList.toggle("over", name === "dragenter" || name === "dragover");
    });
  }
  addEventListener("drop", event => take([...event.dataTransfer.files]));
  $("run").addEventListener("click", () => run());
  $("clear").addEventListener("click", () => {
    chosen.length = 0;
    trouble(null);
    forget();
    showFiles();
  });

  if (/^https?:$/.test(location.protocol)) {
    const here = location.href.split(/[?#]/)[0];
    const lot = new URLSearchParams(location.search).get("lot");
    $("keep").hidden = false;
    $("save").href = here;
    $("digest").href = `${here}.sha256`;
    if (lot !== null && /^[0-9a-f-]{36}$/i.test(lot)) {
      $("back").href = new URL(`lots/${lot}`, here).href;
      $("back").hidden = false;
      fetchLot(lot);
    }
  }
})();
