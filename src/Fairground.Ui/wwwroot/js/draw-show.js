// Shows a draw as it happens and computes it again here, from what is published: the seed, and every number that the seed gives, also those thrown away.
// What the server says is never taken for the result: where the two differ, the page says so.
const show = document.querySelector("[data-draw-show]");
const data = show.dataset;
const part = name => show.querySelector(`[data-show-${name}]`);
const step = name => show.querySelector(`[data-show-step="${name}"]`);
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const pause = ms => new Promise(done => setTimeout(done, calm ? 0 : ms));
const count = new Intl.NumberFormat(document.documentElement.lang || undefined);

const bytes = hex => Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16));
const hex = array => Array.from(array, b => b.toString(16).padStart(2, "0")).join("");
const text = words => new TextEncoder().encode(words);
const u32 = n => new Uint8Array([n >>> 24, n >>> 16 & 255, n >>> 8 & 255, n & 255]);
const u64 = n => new Uint8Array([...u32(Math.floor(n / 2 ** 32)), ...u32(n >>> 0)]);
async function sha256(...parts) {
  const all = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const p of parts) { all.set(p, at); at += p.length; }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

function say(words) { part("say").textContent = words; }
// On a phone the steps are taller than the screen. Whoever looks at another part of the page is left there.
function bringUp(element) {
  const { top, bottom } = show.getBoundingClientRect();
  if (bottom > 0 && top < innerHeight) element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}
function done(name, next) {
  step(name).classList.remove("show-next");
  step(name).classList.add("show-done");
  if (next) step(next).classList.add("show-next");
}

// Randomness by section 4 of the draw proof, from the revealed beacon alone.
async function randomnessOf(beacon) {
  let told = null;
  if (beacon.signature) told = await sha256(bytes(beacon.signature));
  else if (beacon.pulse) told = await sha256(bytes(beacon.pulse.outputValue.toLowerCase()));
  if (!beacon.secret) return told;
  const secret = bytes(beacon.secret);
  if (hex(await sha256(secret)) !== data.commitment) throw new Error(data.saySecret);
  return told ? sha256(text("fairground/mix/v1"), told, secret) : secret;
}

// Holders are needed only to see that nobody is drawn twice; a long list is left to the full check.
async function holders(size) {
  if (size > 5_000) return null;
  const answer = await fetch(`${data.api}/entries`);
  if (!answer.ok) return null;
  return (await answer.text()).trim().split("\n").map(line => JSON.parse(line).holder);
}

// Section 5: the tries of one place until one is kept.
async function* tries(seed, place, size, taken, owners, people) {
  const limit = (1n << 256n) / BigInt(size) * BigInt(size);
  for (let j = 0; j < 10_000; j++) {
    const x = BigInt("0x" + hex(await sha256(seed, u32(place), u32(j))));
    if (x >= limit) { yield { why: "it would favour some places" }; continue; }
    const seq = Number(x % BigInt(size)) + 1;
    if (taken.has(seq)) { yield { seq, why: "drawn before" }; continue; }
    if (owners && people.has(owners[seq - 1])) { yield { seq, why: "its holder was drawn before" }; continue; }
    yield { seq };
    if (owners) return;
  }
}

function line(place, found) {
  const item = document.createElement("li");
  item.className = found.why ? "show-try show-thrown" : "show-try show-kept";
  const prize = Number(data.winners) > 1 ? `Prize ${place + 1}: ` : "";
  item.textContent = `${prize}${found.seq ? `№ ${count.format(found.seq)} of the list` : "a number beyond the list"}${found.why ? `, passed over: ${found.why}` : ""}`;
  part("tries").append(item);
}

async function reveal(numbers) {
  const target = part("number");
  const words = numbers.join(", ");
  target.textContent = "";
  if (calm || words.length > 40) { target.textContent = words; return; }
  for (const letter of words) {
    const span = document.createElement("span");
    span.className = "show-letter";
    span.textContent = letter;
    target.append(span);
    await pause(90);
  }
}

// Every place up to the last winner is computed; it must be the place that the server published.
async function places(seed, winners, size) {
  const owners = await holders(size);
  const [taken, people] = [new Set(), new Set()];
  for (const winner of winners) {
    let kept = null;
    for await (const found of tries(seed, winner.place, size, taken, owners, people)) {
      // Without the list of holders a number that is not the published one can only belong to somebody drawn before.
      if (!owners && !found.why && found.seq !== winner.seq && winner.place > 0) found.why = "its holder was drawn before, see the full check";
      if (winner.place < 5) { line(winner.place, found); await pause(350); }
      if (!found.why) { kept = found.seq; break; }
    }
    if (kept !== winner.seq) return false;
    taken.add(kept);
    if (owners) people.add(owners[kept - 1]);
  }
  return true;
}

let running = false;
async function run(drawn, live) {
  if (running) return;
  running = true;
  data.state = "running";
  const size = Number(data.size);
  const numbers = drawn.winners.filter(w => w.place < Number(data.winners)).map(w => w.number);
  part("number").textContent = "";
  part("tries").replaceChildren();
  if (live) {
    show.querySelector("[data-countdown-box]")?.remove();
    bringUp(step("beacon"));
  }
  try {
    if (!crypto.subtle) throw new Error(data.sayInsecure);
    const randomness = await randomnessOf(drawn.beacon ?? { secret: drawn.secret });
    part("randomness").textContent = hex(randomness);
    if (live) say(data.sayArrived);
    await pause(900);
    done("beacon", "seed");
    const seed = await sha256(text("fairground/draw/v1"), bytes(data.termsHash), bytes(data.root), u64(size), randomness);
    part("seed").textContent = hex(seed);
    await pause(900);
    done("seed", "winner");
    if (live) bringUp(step("winner"));
    const agrees = await places(seed, drawn.winners.filter(w => w.place < Number(data.winners)), size);
    await reveal(numbers);
    done("winner");
    show.classList.toggle("show-differs", !agrees);
    say(agrees
      ? data.sayAgrees.replace("{0}", numbers.slice(0, 10).join(", "))
      : data.sayDiffers);
  } catch (error) {
    await reveal(numbers);
    for (const name of ["beacon", "seed", "winner"]) done(name);
    say(data.sayUnchecked.replace("{0}", numbers.slice(0, 10).join(", ")).replace("{1}", error.message));
  }
  data.state = "drawn";
  if (part("check")) part("check").hidden = false;
  // The server has more to show now: whose the number is, and what comes next. Spread, so that a crowd does not ask all at once.
  if (live) setTimeout(() => location.reload(), 5_000 + Math.random() * 3_000);
}

function follow() {
  const source = new EventSource(`${data.api}/events`);
  source.addEventListener("drawn", event => { source.close(); run(JSON.parse(event.data), true); });
  source.addEventListener("closed", event => {
    // The draw was put off by the published fail-over: the page must tell the new round.
    if (Date.parse(JSON.parse(event.data).drawsAt) !== Date.parse(show.querySelector("time[data-countdown]")?.dateTime)) location.reload();
  });
  source.addEventListener("cancelled", () => location.reload());
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
}

if (data.drawn) run(JSON.parse(data.drawn), false);
else follow();
