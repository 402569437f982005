// Draws that must verify, and draws that must not, each with the step that refuses it and words of the sentence. given: {chains, beacons, nist} as in the published vectors.

async function drawCases(given) {
  const { jcs, hex, unhex, sha, base64url, operator, draw, close, log, receipt, inclusion, drandDraw, list, time, second, text } = draws;
  const cases = [];
  const copy = value => structuredClone(value);

  const files = (d, more = {}) => ({ bundle: JSON.stringify(d.bundle), entries: list(d), keys: JSON.stringify({ keys: [d.operator.jwk] }), ...more });
  const honest = (name, verdict, f) => cases.push({ name, verdict, files: f });
  const forged = (name, step, says, f) => cases.push({ name, verdict: "failed", step, says, files: f });
  const cautious = (name, step, says, f) => cases.push({ name, verdict: "doubts", step, says, files: f });

  const d = await draw();
  const bundled = change => {
    const bundle = copy(d.bundle);
    const instead = change(bundle) ?? bundle;
    return files(d, { bundle: typeof instead === "string" ? instead : JSON.stringify(instead) });
  };
  const listed = change => files(d, { entries: change([...d.entries]) });
  const lines = entries => entries.map(leaf => leaf + "\n").join("");
  /** Signed again by the operator itself over a changed list or changed terms. */
  const again = async (change, options = {}) => {
    const other = copy({ ...d, operator: null });
    Object.assign(other, { operator: d.operator, options: d.options });
    change(other);
    return { ...other, ...(await close({ ...other, options: { ...d.options, ...options } })) };
  };

  // --- Honest ---
  honest("commit-reveal", "doubts", files(d));
  honest("without brought keys", "doubts", files(d, { keys: null }));
  honest("a list whose last line has no end", "doubts", files(d, { entries: list(d).trimEnd() }));
  const odd = await draw({ numbers: ["А-Ω-\u2028", "quo\"te", "back\\slash", "tab\t", "", "é€𝄞", " "] });
  honest("numbers of every kind of letter", "doubts", files(odd));
  honest("receipt and inclusion", "doubts", files(d, { receipts: [await receipt(d, 5)], inclusions: [JSON.stringify(await inclusion(d, 5)), JSON.stringify(await inclusion(d, 12))] }));
  honest("terms with members that nobody knows", "doubts", files(await draw({ terms: { extra: [1e-7, 1e21, 0.1, -0, "\u007f\u0001"], "": null } })));

  // --- The list ---
  const noLast = listed(e => lines(e.slice(0, -1)));
  forged("last entry removed", "closing.size", "The closing counts 12 entries, but the list holds 11.", noLast);
  forged("entry removed", "entries", "Entry 5 is missing from the list.", listed(e => lines(e.toSpliced(4, 1))));
  forged("entry added after closing", "closing.root", "The entries were changed", listed(e => lines([...e, e[3].replace('"seq":4', '"seq":13').replace(d.numbers[3], "NEWNUMBER01")])));
  forged("entry doubled", "entries", "Entry 3 stands in the list more than once.", listed(e => lines([...e.slice(0, 3), e[2], ...e.slice(3)])));
  forged("entries reordered", "entries", "The entries are out of order: line 2 holds entry 3.", listed(e => lines([e[0], e[2], e[1], ...e.slice(3)])));
  forged("holder changed", "closing.root", "The entries were changed", listed(e => lines(e.with(4, e[4].replace(d.holders[4], "ab".repeat(32))))));
  forged("number changed", "closing.root", "The entries were changed", listed(e => lines(e.with(4, e[4].replace(d.numbers[4], "OTHERNUMBER")))));
  forged("entry of another lot", "entries", "Line 4 of the entries belongs to lot \"another\"", listed(e => lines(e.with(3, e[3].replace(d.LOT, "another")))));
  forged("empty list", "closing.size", "but the list holds 0", listed(() => ""));
  for (const [name, says, change] of [
    ["spaces", "not in canonical form", leaf => leaf.replace(",", ", ")],
    ["unsorted keys", "not in canonical form", leaf => jcs(JSON.parse(leaf)).replace(/"holder":("[^"]*"),"lot":("[^"]*")/, '"lot":$2,"holder":$1')],
    ["unicode escapes", "not in canonical form", leaf => leaf.replace('"number":"K', '"number":"\\u004b')],
    ["escaped key", "not in canonical form", leaf => leaf.replace('"seq"', '"s\\u0065q"')],
    ["escaped solidus", "not in canonical form", leaf => leaf.replace('"number":"', '"number":"\\/')],
    ["escaped line separator", "not in canonical form", leaf => leaf.replace('"number":"', '"number":"\\u2028')],
    ["duplicate key", "stands twice", leaf => leaf.replace('"seq"', '"number":"X","seq"')],
    ["further member", "that no entry has", leaf => leaf.replace('"seq"', '"note":1,"seq"')],
    ["missing member", "\"number\" is missing", leaf => leaf.replace(/"number":"[^"]*",/, "")],
    ["upper-case holder", "64 lower-case hexadecimal digits", leaf => leaf.replace(/[0-9a-f]{64}/, digits => digits.toUpperCase())],
    ["short holder", "64 lower-case hexadecimal digits", leaf => leaf.replace(/[0-9a-f]{64}/, digits => digits.slice(2))],
    ["seq as text", "\"seq\" must be a whole number", leaf => leaf.replace(/"seq":(\d+)/, '"seq":"$1"')],
    ["seq with a fraction", "\"seq\" must be a whole number", leaf => leaf.replace(/"seq":(\d+)/, '"seq":$1.0')],
    ["seq with an exponent", "\"seq\" must be a whole number", leaf => leaf.replace(/"seq":(\d+)/, '"seq":$1e0')],
    ["seq with a leading zero", "not JSON that can be read", leaf => leaf.replace(/"seq":(\d+)/, '"seq":0$1')],
    ["seq zero", "\"seq\" must lie between", leaf => leaf.replace(/"seq":\d+/, '"seq":0')],
    ["seq beyond all bounds", "cannot be held", leaf => leaf.replace(/"seq":\d+/, '"seq":99999999999999999999')],
    ["trailing garbage", "Something follows", leaf => leaf + " x"],
    ["two leaves on one line", "Something follows", leaf => leaf + leaf],
    ["lone surrogate", "half of a surrogate pair", leaf => leaf.replace('"number":"', '"number":"\\ud800')],
    ["raw control letter", "not JSON that can be read", leaf => leaf.replace('"number":"', '"number":"\u0001')],
    ["a list instead", "must be a JSON object", leaf => `[${leaf}]`],
    ["carriage return", "ends in a carriage return", leaf => leaf + "\r"],
    ["empty line", "It is empty", leaf => "\n" + leaf],
  ]) forged(`leaf with ${name}`, "entries", says, listed(e => lines(e.with(1, change(e[1])))));
  forged("list with a byte order mark", "entries", "byte order mark", listed(e => "\ufeff" + lines(e)));
  forged("list with CR LF", "entries", "ends in a carriage return", listed(e => lines(e).replaceAll("\n", "\r\n")));
  forged("list with garbage at its end", "entries", "Line 13 of the entries cannot be read", listed(e => lines(e) + "\0"));
  forged("list with an empty line at its end", "entries", "Line 13 of the entries cannot be read: It is empty.", listed(e => lines(e) + "\n"));
  forged("bytes that are not UTF-8", "entries", "It is not UTF-8", { ...files(d), entriesBytes: [...text.encode(lines(d.entries).replace(d.numbers[0], "K\u0001")).map(byte => (byte === 1 ? 0xff : byte))] });
  forged("number given out twice", "entries", "was given out twice, to entries 1 and 2", files(await again(o => {
    o.numbers[1] = o.numbers[0];
    o.entries[1] = jcs({ holder: o.holders[1], lot: d.LOT, number: o.numbers[0], seq: 2 });
  })));
  forged("more entries than the terms allow", "entries.limits", "but the terms allow 11", files(await again(o => { o.terms.entries = 11; })));
  cautious("more entries in one hand than allowed", "entries.limits", "but the terms allow one person 1", files(await again(o => { o.terms.maxEntriesPerPerson = 1; })));

  // --- Places ---
  const unused = d.numbers.map((number, i) => ({ seq: i + 1, number })).find(e => ![...d.bundle.winners, ...d.bundle.reserves].some(place => place.seq === e.seq));
  forged("winner swapped", "winners", "The winner for place 0 is entry", bundled(b => { Object.assign(b.winners[0], unused); }));
  forged("winner and reserve swapped", "winners", "The winner for place 1 is entry", bundled(b => {
    [b.winners[1], b.reserves[0]] = [{ ...b.reserves[0], place: 1 }, { ...b.winners[1], place: 2 }];
  }));
  forged("winner's number changed", "winners", "but the bundle gives the number OTHER", bundled(b => { b.winners[0].number = "OTHER"; }));
  forged("winner left out", "winners", "The winner for place 1 is missing from the bundle", bundled(b => { b.winners.pop(); }));
  forged("winner added", "winners", "where nobody was drawn", bundled(b => { b.winners.push({ place: 2, ...unused }); }));
  forged("reserves reordered", "reserves", "The reserve for place 2 is entry", bundled(b => {
    [b.reserves[0], b.reserves[1]] = [{ ...b.reserves[1], place: 2 }, { ...b.reserves[0], place: 3 }];
  }));
  forged("places numbered from one", "winners", "The bundle lists place 1 where place 0 belongs", bundled(b => { for (const win of b.winners) win.place++; }));

  // --- Terms, closing, randomness ---
  forged("terms changed after opening", "closing.terms", "The terms were changed", bundled(b => { b.terms.title = "Самовар"; }));
  forged("term added", "closing.terms", "The terms were changed", bundled(b => JSON.stringify(b).replace('"v":1,"lot"', '"__proto__":1,"v":1,"lot"')));
  forged("prize count raised and signed again, other terms on the receipt", "receipt", "The receipt proves fraud: it was given for terms", { ...files(await again(o => { o.terms.winners = 1; })), receipts: [await receipt(d, 5)] });
  forged("root republished", "receipt", "The receipt proves fraud: the published entries give entry 5 to another holder.", {
    ...files(await again(o => {
      o.holders[4] = "ab".repeat(32);
      o.entries[4] = jcs({ holder: o.holders[4], lot: d.LOT, number: d.numbers[4], seq: 5 });
    })), receipts: [await receipt(d, 5)],
  });
  forged("receipt of an entry that the list lacks", "receipt", "it names entry 41, which the published entries lack", files(d, { receipts: [await receipt(d, 5, { entries: [{ seq: 41, number: "X" }] })] }));
  forged("receipt with another number", "receipt", "it gives entry 5 the number OTHER", files(d, { receipts: [await receipt(d, 5, { entries: [{ seq: 5, number: "OTHER" }] })] }));
  forged("receipt of another lot", "receipt", "The receipt is for lot \"other\"", files(d, { receipts: [await receipt(d, 5, { lot: "other" })] }));
  forged("receipt that somebody else signed", "receipt", "The receipt is not one of the server's.", files(d, { receipts: [await receipt({ ...d, operator: await operator() }, 5)] }));
  const proof = await inclusion(d, 5);
  forged("inclusion proof of another entry", "inclusion", "does not lead to the root", files(d, { inclusions: [JSON.stringify({ ...proof, leaf: d.entries[5], seq: 6 })] }));
  forged("inclusion proof with a hash changed", "inclusion", "does not lead to the root", files(d, { inclusions: [JSON.stringify({ ...proof, path: proof.path.with(1, "ab".repeat(32)) })] }));
  forged("inclusion proof of a longer path", "inclusion", "does not lead to the root", files(d, { inclusions: [JSON.stringify({ ...proof, path: [...proof.path, "ab".repeat(32)] })] }));
  forged("inclusion proof of a list of another size", "inclusion", "is of a list of 13 entries, but the closing counts 12", files(d, { inclusions: [JSON.stringify({ ...proof, size: 13 })] }));
  forged("inclusion proof that calls its entry another", "inclusion", "or is of another entry", files(d, { inclusions: [JSON.stringify({ ...proof, seq: 6 })] }));
  forged("secret not matching", "entropy", "The secret does not match the commitment", bundled(b => { b.beacon.secret = "cd".repeat(32); }));
  forged("secret in upper case", "bundle", "64 lower-case hexadecimal digits", bundled(b => { b.beacon.secret = b.beacon.secret.toUpperCase(); }));
  forged("beacon where a secret was announced", "entropy", "another kind of randomness than the terms announce", bundled(b => { b.beacon = { round: 1, signature: "00", randomness: "11".repeat(32) }; }));
  forged("size lied about", "closing.size", "The closing counts 13 entries", { ...files(d), bundle: JSON.stringify({ ...d.bundle, closing: await d.operator.sign({ ...d.closing, size: 13 }) }) });
  forged("closing dated before the opening", "closing.terms", "before the sale opened at", { ...files(d), bundle: JSON.stringify({ ...d.bundle, closing: await d.operator.sign({ ...d.closing, closedAt: "2014-12-31T23:59:59Z" }) }) });
  forged("sale that closes before it opens", "terms", "The sale closes before it opens", files(await draw({ terms: { opensAt: "2026-01-08T00:00:01Z" } })));
  forged("closing of another lot", "closing.terms", "The closing is of lot \"other\"", { ...files(d), bundle: JSON.stringify({ ...d.bundle, closing: await d.operator.sign({ ...d.closing, lot: "other" }) }) });
  forged("round where there is no beacon", "closing.round", "The closing names a beacon round", { ...files(d), bundle: JSON.stringify({ ...d.bundle, closing: await d.operator.sign({ ...d.closing, round: 7 }) }) });
  forged("time that is none", "closing.signature", "must be a time like", { ...files(d), bundle: JSON.stringify({ ...d.bundle, closing: await d.operator.sign({ ...d.closing, closedAt: "2026-02-30T00:00:00Z" }) }) });

  // --- Signatures ---
  const [head, payload, signature] = d.bundle.closing.split(".");
  const stranger = await operator();
  const header = change => base64url(JSON.stringify({ alg: "ES256", kid: d.operator.kid, ...change }));
  for (const [name, says, closing] of [
    ["alg none", "not made with ES256", `${header({ alg: "none" })}.${payload}.`],
    ["alg none and the old signature", "not made with ES256", `${header({ alg: "none" })}.${payload}.${signature}`],
    ["alg HS256", "not made with ES256", `${header({ alg: "HS256" })}.${payload}.${base64url(await sha(text.encode("k")))}`],
    ["alg in lower case", "not made with ES256", `${header({ alg: "es256" })}.${payload}.${signature}`],
    ["crit", "extensions that are not known", await d.operator.sign(d.closing, { crit: ["exp"], exp: 1 })],
    ["the kind of a receipt", "The signature is one of another kind: fairground-receipt+jws.", await d.operator.sign(d.closing, { typ: "fairground-receipt+jws" })],
    ["unknown kid", "which is not among the known keys", await d.operator.sign(d.closing, { kid: "k2" })],
    ["no kid", "\"kid\" is missing", await d.operator.sign(d.closing, { kid: undefined })],
    ["duplicate alg", "stands twice", `${base64url(`{"alg":"none","alg":"ES256","kid":"${d.operator.kid}"}`)}.${payload}.${signature}`],
    ["payload changed", "does not verify under the key", `${head}.${base64url(jcs({ ...d.closing, closedAt: "2026-01-07T00:00:00Z" }))}.${signature}`],
    ["no signature", "not 64 bytes long", `${head}.${payload}.`],
    ["signature of zeros", "does not verify under the key", `${head}.${payload}.${base64url(new Uint8Array(64))}`],
    ["padding", "base64url without padding", `${head}.${payload}.${signature}==`],
    ["spare bits", "base64url without padding", `${head}.${payload}.${signature.slice(0, -1)}${"BCDEFGHIJKLMNOP".includes(signature.at(-1)) ? "x" : signature.at(-1) === "A" ? "B" : signature.at(-1) === "Q" ? "R" : signature.at(-1) === "g" ? "h" : "x"}`],
    ["a fourth part", "not in compact form", `${head}.${payload}.${signature}.`],
    ["another operator's", "does not verify under the key", await stranger.sign(d.closing)],
  ]) forged(`closing with ${name}`, "closing.signature", says, bundled(b => { b.closing = closing; }));
  forged("key swapped in the bundle", "closing.signature", "does not verify under the key", { ...bundled(b => { b.closing = d.bundle.closing; b.jwks = { keys: [stranger.jwk] }; }), keys: null });
  forged("key not on the curve", "closing.signature", "", { ...bundled(b => { b.jwks.keys[0].y = base64url(new Uint8Array(32).fill(7)); }), keys: null });
  forged("bundle and keys of a stranger, keys known", "closing.signature", "does not verify under the key", { ...bundled(b => { b.jwks = { keys: [stranger.jwk] }; }), bundle: JSON.stringify({ ...d.bundle, jwks: { keys: [stranger.jwk] }, closing: await stranger.sign(d.closing) }) });

  // --- The text of the bundle ---
  const whole = JSON.stringify(d.bundle);
  for (const [name, says, bundle] of [
    ["a key twice", "stands twice", whole.replace('"winners":', '"winners":[],"winners":')],
    ["a key twice, once escaped", "stands twice", whole.replace('"winners":', '"winn\\u0065rs":[],"winners":')],
    ["garbage after it", "Something follows", whole + "}"],
    ["a second bundle after it", "Something follows", whole + whole],
    ["a NUL after it", "", whole + "\0"],
    ["a byte order mark", "byte order mark", "\ufeff" + whole],
    ["a comment", "not JSON that can be read", whole.replace("{", "{/* */")],
    ["a trailing comma", "not JSON that can be read", whole.replace(/}$/, ",}")],
    ["an integer that a double cannot hold", "cannot be held by a double", whole.replace('"price":3000000', '"price":9007199254740993')],
    ["a number without end", "too large", whole.replace('"price":3000000', '"price":1e400')],
    ["NaN", "not JSON that can be read", whole.replace('"price":3000000', '"price":NaN')],
    ["half of a surrogate pair", "half of a surrogate pair", whole.replace('"title":"', '"title":"\\udc00')],
    ["deep nesting", "nested too deeply", whole.replace('"v":1', `"deep":${"[".repeat(80)}${"]".repeat(80)},"v":1`)],
    ["version 2", "must lie between", whole.replace('"v":1', '"v":2')],
    ["no winners", "\"winners\" is missing", whole.replace('"winners":[', '"winers":[')],
    ["a place that is text", "must be a whole number", whole.replace('"place":0', '"place":"0"')],
    ["nothing in it", "", ""],
    ["null", "must be a JSON object", "null"],
  ]) forged(`bundle with ${name}`, "bundle", says, files(d, { bundle }));
  forged("price written with an exponent", "terms", "\"price\" must be a whole number", files(d, { bundle: whole.replace('"price":3000000', '"price":3e6') }));
  forged("bundle of another lot than the one asked for", "terms", "not of lot \"0199a000-0000-7000-8000-000000000002\" for which you asked", files(d, { lot: "0199a000-0000-7000-8000-000000000002" }));
  forged("unknown source", "terms", "is not known", bundled(b => { b.terms.entropy = { source: "dice" }; }));

  await logCases({ d, files, honest, forged, cautious });
  await beaconCases({ given, files, honest, forged, cautious });
  await paperCases({ d, again, files, honest, forged });
  return cases;

  /** The closing log and its heads. */
  async function logCases({ d: draw1 }) {
    const other = await d.operator.sign({ ...d.closing, lot: "another" });
    const first = { at: "2026-01-07T00:00:00Z", closing: other };
    const own = { at: "2026-01-08T00:00:01Z", closing: d.bundle.closing };
    const last = { at: "2026-01-09T00:00:00Z", closing: other };
    const good = await log([first, own, last]);
    const signedHead = (size, hash, at = "2026-01-10T00:00:00Z", by = d.operator) => by.sign({ at, head: hash, size }, { typ: "fairground-log-head+jws" });
    honest("closing log, a second copy and two heads", "doubts", files(draw1, {
      logs: [good.text, good.lines.slice(1).join("\n")], heads: [await signedHead(3, good.head), await signedHead(2, JSON.parse(good.lines[2]).previous, "2026-01-08T12:00:00Z")],
    }));
    const lined = (name, says, text) => forged(name, "log", says, files(draw1, { logs: [text] }));
    lined("log rewritten", "does not carry the hash of the line before it", good.text.replace("2026-01-07", "2026-01-06"));
    lined("log without its first line", "calls itself line 1", good.lines.slice(1).join("\n"));
    lined("log that lacks the closing", "does not stand in the closing log", (await log([first, last])).text);
    lined("lot closed twice", "the operator closed it twice", (await log([{ ...first, closing: await d.operator.sign({ ...d.closing, size: 11 }) }, own])).text);
    lined("log with a date that goes back", "is dated before the line above it", (await log([{ ...first, at: "2026-01-09T00:00:00Z" }, own])).text);
    lined("log that had the closing before it was made", "but entered the closing log before that", (await log([{ ...own, at: "2026-01-07T23:59:59Z" }])).text);
    lined("log with a line that is not canonical", "not in canonical form", good.text.replace('{"at"', '{ "at"'));
    lined("log with a further member", "not in canonical form", good.lines[0].replace('"at"', '"aa":1,"at"'));
    forged("two copies of the log differ", "log.copies", "this proves that the log was rewritten", files(draw1, { logs: [good.text, (await log([{ ...first, at: "2026-01-06T00:00:00Z" }, own, last])).text] }));
    forged("log that a head contradicts", "log.heads", "rewritten or shown differently to two people", files(draw1, { logs: [good.text], heads: [await signedHead(2, "ab".repeat(32))] }));
    forged("two heads of one size", "log.heads", "Two signed heads of 3 lines differ", files(draw1, { logs: [good.text], heads: [await signedHead(3, good.head), await signedHead(3, "ab".repeat(32))] }));
    forged("a later head that counts less", "log.heads", "lines were taken away", files(draw1, { logs: [good.text], heads: [await signedHead(3, good.head), await signedHead(2, JSON.parse(good.lines[2]).previous, "2026-01-11T00:00:00Z")] }));
    forged("head that somebody else signed", "log.heads", "is not one of the server's", files(draw1, { logs: [good.text], heads: [await signedHead(3, good.head, undefined, await operator())] }));
  }

  /** drand, NIST, mixed sources and fail-over. */
  async function beaconCases() {
    const chain = name => given.chains.find(c => c.name === name);
    const rounds = name => given.beacons.filter(b => b.chain === name).sort((a, b) => a.round - b.round);
    const [quick, quickBefore] = [rounds("quicknet").find(b => b.round === 1003), rounds("quicknet").find(b => b.round === 1002)];
    const q = await drandDraw({ chain: chain("quicknet"), beacon: quick });
    const logOf = async (of, seconds = 1) => (await log([{ at: time(second(of.closedAt) + seconds), closing: of.bundle.closing }])).text;
    honest("drand quicknet with its log", "passed", files(q, { logs: [await logOf(q)] }));
    cautious("drand without its log", "log", "No copy of the closing log was given", files(q));
    honest("the round as the beacon serves it", "passed", files(q, { logs: [await logOf(q)], beacons: [JSON.stringify({ round: 1003, signature: quick.signature, randomness: quick.randomness })] }));
    const old = rounds("default").find(b => b.round === 1000000);
    const chained = await drandDraw({ chain: chain("default"), beacon: old, previous: old.previous_signature });
    honest("drand's first chain, chained", "passed", files(chained, { logs: [await logOf(chained)] }));
    const mixed = await drandDraw({ chain: chain("quicknet"), beacon: quick, mixed: true });
    honest("drand and a secret mixed", "passed", files(mixed, { logs: [await logOf(mixed)] }));
    const beaconed = (of, change) => files(of, { bundle: JSON.stringify({ ...of.bundle, beacon: change({ ...of.bundle.beacon }) }) });
    forged("mixed source without the secret", "entropy", "another kind of randomness", beaconed(mixed, ({ secret, ...b }) => b));
    forged("mixed source with another secret", "entropy", "The secret does not match the commitment", beaconed(mixed, b => ({ ...b, secret: "ab".repeat(32) })));
    forged("plain drand with a secret beside it", "entropy", "another kind of randomness", beaconed(q, b => ({ ...b, secret: "ab".repeat(32) })));
    forged("round before, genuine", "entropy", "but the closing named round 1003", beaconed(q, () => ({ round: 1002, signature: quickBefore.signature, randomness: quickBefore.randomness })));
    forged("signature of the round before", "entropy", "does not verify under the chain's public key", beaconed(q, b => ({ ...b, signature: quickBefore.signature, randomness: quickBefore.randomness })));
    forged("randomness that is not the hash", "entropy", "The randomness is not the hash of the beacon's signature", beaconed(q, b => ({ ...b, randomness: "ab".repeat(32) })));
    for (const [name, bytes] of [["infinity", "c0" + "00".repeat(47)], ["a bit flipped", quick.signature.replace(/.$/, digit => (digit === "0" ? "1" : "0"))], ["another length", quick.signature + "00"], ["zeros", "00".repeat(48)], ["the other half", (unhex(quick.signature)[0] ^ 0x20).toString(16) + quick.signature.slice(2)]])
      forged(`beacon signature: ${name}`, "entropy", "does not verify under the chain's public key", beaconed({ ...q }, b => ({ ...b, signature: bytes, randomness: "" })) && await withSignature(q, bytes));
    forged("previous signature where none belongs", "entropy", "does not verify under the chain's public key", beaconed(q, b => ({ ...b, previousSignature: quickBefore.signature })));
    forged("chained round without the one before", "entropy", "does not verify under the chain's public key", beaconed(chained, ({ previousSignature, ...b }) => b));
    forged("round that the operator chose later", "closing.round", "but the terms and the time of closing fix round", files({ ...q, bundle: { ...q.bundle, closing: await q.operator.sign({ ...q.closing, closedAt: time(second(q.closedAt) - 60) }) } }));
    forged("closing backdated past its round", "log", "when its randomness was already known", files(q, { logs: [await logOf(q, 31)] }));
    forged("closing logged at the very second of its round", "log", "when its randomness was already known", files(q, { logs: [await logOf(q, 30)] }));
    forged("scheme that is not known", "entropy", "", files(await drandDraw({ chain: { ...chain("quicknet"), scheme: "bls-unchained-on-g1" }, beacon: quick })));

    // An operator that signs rounds of a beacon of its own, under the name of the public one, or under a name of its own.
    const bls = curves.bls12_381.shortSignatures;
    const evil = curves.bls12_381.utils.randomSecretKey();
    const evilKey = bls.getPublicKey(evil).toHex();
    const evilRound = async round => ({ round, signature: hex(bls.sign(bls.hash(await sha(draws.number(round, 8)), "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"), evil).toBytes()) });
    const own = { ...chain("quicknet"), public_key: evilKey };
    const liar = await drandDraw({ chain: own, beacon: await evilRound(1003) });
    forged("the operator's own key under the name of the public beacon", "entropy.chain", "but give it another public key", files(liar, { logs: [await logOf(liar)] }));
    const unknown = await drandDraw({ chain: { ...own, hash: "ab".repeat(32) }, beacon: await evilRound(1003) });
    cautious("a beacon that nobody knows", "entropy.chain", "does not know the drand chain", files(unknown, { logs: [await logOf(unknown)] }));

    const later = rounds("quicknet").find(b => b.round === 1005);
    await failoverCases({ chain, quick, later, logOf });
    await nistCases({ logOf });

    async function withSignature(of, digits) {
      const randomness = hex(await sha(unhex(digits)));
      return beaconed(of, b => ({ ...b, signature: digits, randomness }));
    }
  }

  /** The first source is a beacon of the operator's, out of reach; the second is quicknet, with a round that is really there. */
  async function failoverCases({ chain, quick, later }) {
    const quicknet = chain("quicknet");
    const at = quicknet.genesis_time + (quick.round - 1) * quicknet.period;
    // closedAt + 30 = first round; an hour later step 1 is due; 60 seconds after that quicknet decides.
    const first = { ...quicknet, hash: "cd".repeat(32), genesis_time: at - 1000000 * 3 };
    const due = at - 60;
    const round = (due - 3600 - first.genesis_time) / 3 + 1;
    const step = { afterSeconds: 3600, source: "drand", chain: quicknet.hash, publicKey: quicknet.public_key, scheme: quicknet.scheme, genesis: quicknet.genesis_time, period: 3, delaySeconds: 60 };
    const failover = [step, { afterSeconds: 86400, source: "refund" }];
    const make = async (steps = failover) => drandDraw({
      chain: first, beacon: { round, signature: quick.signature }, extra: { failover: steps }, beaconShown: null,
    });
    const base = await make();
    const shown = { round: quick.round, signature: quick.signature, randomness: hex(await sha(unhex(quick.signature))) };
    base.bundle.beacon = shown;
    const sign = (change = {}, by = base.operator) => by.sign({ lot: base.LOT, termsHash: base.termsHash, root: base.root, step: 1, at: time(due + 5), ...change }, { typ: "fairground-switch+jws" });
    const closingLine = { at: time(second(base.closedAt) + 1), closing: base.bundle.closing };
    const withSwitches = async (list, logged = list.map(jws => ({ at: time(due + 6), switch: jws }))) => files({ ...base, bundle: { ...base.bundle, switches: list } }, { logs: [(await log([closingLine, ...logged])).text] });
    const good = await sign();
    cautious("fail-over to a second beacon", "switches", "is the operator's word", await withSwitches([good]));
    forged("switch left out of the bundle", "entropy", "but the closing named round", files(base));
    forged("switch signed too early", "switches", "before it was due", await withSwitches([await sign({ at: time(due - 1) })]));
    forged("switch signed when its randomness was known", "switches", "when its randomness could be known already", await withSwitches([await sign({ at: time(due + 60) })]));
    forged("switch of another list", "switches", "of another lot, other terms or another list", await withSwitches([await sign({ root: "ab".repeat(32) })]));
    forged("switch that somebody else signed", "switches", "not signed by the server", await withSwitches([await sign({}, await operator())]));
    forged("switch to a step that there is not", "switches", "names step 3 of a fail-over that has 2", await withSwitches([await sign({ step: 3 })]));
    forged("switch twice", "switches", "out of order", await withSwitches([good, good]));
    forged("draw after everybody was to be paid back", "switches", "everybody is paid back", await withSwitches([good, await sign({ step: 2, at: time(due + 90000) })]));
    forged("switch that is not in the log", "log", "does not stand in the closing log", await withSwitches([good], []));
    forged("switch logged too late", "log", "when its randomness could be known already", await withSwitches([good], [{ at: time(due + 60), switch: good }]));
    // The first beacon was there after all: somebody kept its round.
    const bls = curves.bls12_381.shortSignatures;
    const key = curves.bls12_381.utils.randomSecretKey();
    const kept = { round, signature: hex(bls.sign(bls.hash(await sha(draws.number(round, 8)), "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"), key).toBytes()) };
    const real = await drandDraw({ chain: { ...first, public_key: bls.getPublicKey(key).toHex() }, beacon: { round, signature: quick.signature }, extra: { failover } });
    real.bundle.beacon = shown;
    real.bundle.switches = [await real.operator.sign({ lot: real.LOT, termsHash: real.termsHash, root: real.root, step: 1, at: time(due + 5) })];
    cautious("a switch that was not needed", "beacon", "that was said to be out of reach exists", files(real, { beacons: [JSON.stringify(kept)] }));
    forged("another round of the second beacon than the first that counts", "entropy", "The bundle draws from round 1005, but the switch fixes round 1003", {
      ...(await withSwitches([good])), bundle: JSON.stringify({ ...base.bundle, switches: [good], beacon: { round: 1005, signature: later.signature, randomness: later.randomness } }),
    });
    const silent = await drandDraw({ chain: { ...first, public_key: bls.getPublicKey(key).toHex() }, beacon: kept, extra: { failover } });
    const told = await silent.operator.sign({ lot: silent.LOT, termsHash: silent.termsHash, root: silent.root, step: 1, at: time(due + 5) });
    forged("switch in the log that the bundle does not tell", "log", "a switch of the source that the bundle does not tell", files(silent, {
      logs: [(await log([{ at: time(second(silent.closedAt) + 1), closing: silent.bundle.closing }, { at: time(due + 6), switch: told }])).text],
    }));
    forged("fail-over whose switch nobody could see in time", "terms", "needs a delay", files(await make([{ ...step, delaySeconds: 0 }])));
    forged("fail-over that leaves no room", "terms", "no room", files(await make([step, { afterSeconds: 3650, source: "refund" }])));
    forged("refund that is not last", "terms", "only be the last step", files(await make([{ afterSeconds: 60, source: "refund" }, step])));
    forged("fail-over without steps", "terms", "1 to 8 steps", files(await make([])));
  }

  /** Two real pulses of the NIST beacon, one after the other. */
  async function nistCases({ logOf }) {
    const pulses = Object.fromEntries(given.nist.pulses.map(p => (p.pulse ?? p)).map(p => [p.pulseIndex, p]));
    const [previous, pulse] = [pulses[54609], pulses[54610]];
    const certificate = given.nist.certificates[pulse.certificateId.toLowerCase()];
    const at = Date.parse(pulse.timeStamp) / 1000;
    const entropy = { source: "nist-beacon", uri: "https://beacon.nist.gov/beacon/2.0", chain: pulse.chainIndex, certificate: pulse.certificateId.toLowerCase(), period: 60, delaySeconds: 30 };
    const randomness = await sha(unhex(pulse.outputValue.toLowerCase()));
    const beacon = { pulse, previous, certificate, randomness: hex(randomness) };
    const n = await draw({ entropy, beacon, randomness, closedAt: time(at - 45) });
    cautious("a pulse of NIST", "entropy.promise", "Whoever runs the beacon could", files(n, { logs: [await logOf(n)] }));
    const changed = change => {
      const b = copy(beacon);
      change(b);
      return files({ ...n, bundle: { ...n.bundle, beacon: b } });
    };
    forged("pulse changed", "entropy", "The signature of the pulse does not verify", changed(b => { b.pulse.localRandomValue = "AB".repeat(64); }));
    forged("pulse with another output", "entropy", "The output value of the pulse is not the hash", changed(b => { b.pulse.outputValue = "AB".repeat(64); }));
    forged("pulse before changed", "entropy", "The signature of the pulse before it does not verify", changed(b => { b.previous.precommitmentValue = "AB".repeat(64); }));
    forged("pulse that does not follow", "entropy", "does not follow the one", changed(b => { b.previous = b.pulse; }));
    forged("certificate of another", "entropy", "The certificate is not the one that the terms name", changed(b => { b.certificate = Object.values(given.nist.certificates).find(c => c !== certificate); }));
    forged("certificate that is none", "entropy", "The certificate", changed(b => { b.certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"; }));
    forged("signature of another length", "entropy", "The signature of the pulse does not verify", changed(b => { b.pulse.signatureValue += "00"; }));
    forged("pulse randomness that is not the hash", "entropy", "not the hash of the pulse's output value", changed(b => { b.randomness = "ab".repeat(32); }));
    const later = await draw({ entropy, beacon, randomness, closedAt: time(at - 95) });
    forged("pulse that is not the first", "entropy", "is not the first one that decides", files(later));
    const early = await draw({ entropy, beacon, randomness, closedAt: time(at - 29) });
    forged("pulse before the time", "entropy", "is before the time from which the beacon decides", files(early));
    // A beacon of the test's own, which signs whatever it is told.
    const own = await draws.pulseBeacon(at);
    const mine = async (name, says, change) => {
      const beacon = await own.beacon(change);
      forged(name, "entropy", says, files(await draw({ entropy: own.entropy, beacon, randomness: unhex(beacon.randomness), closedAt: time(at - 45) })));
    };
    const fair = await own.beacon({});
    cautious("a pulse of a beacon that nobody knows", "entropy.chain", "Compare the certificate of the beacon", files(await draw({ entropy: own.entropy, beacon: fair, randomness: unhex(fair.randomness), closedAt: time(at - 45) })));
    await mine("pulse that does not keep its commitment", "not the one to which the pulse before it committed", { previous: { precommitmentValue: "AB".repeat(64) } });
    await mine("pulse that says so itself", "does not keep what the beacon had committed to", { pulse: { statusCode: 1 } });
    await mine("pulse of another chain", "is of chain 7, not of chain 1", { pulse: { chainIndex: 7 } });
    await mine("pulse of another period", "has another period than the terms", { pulse: { period: 30000 } });
    await mine("pulse of a cipher suite that is not known", "cipher suite", { pulse: { cipherSuite: 1 } });
    await mine("pulse before it of another chain", "The pulse before it is of chain 7", { previous: { chainIndex: 7 } });
    const elsewhere = await draw({ entropy: { ...entropy, uri: "https://beacon.example" }, beacon, randomness, closedAt: time(at - 45) });
    forged("pulse from elsewhere", "entropy", "not from https://beacon.example", files(elsewhere));
  }

  /** Calls of reserves and tables of outcomes. */
  async function paperCases() {
    const call = (i, insteadOf, change = {}) => ({ place: 2 + i, seq: d.bundle.reserves[i].seq, insteadOf, reason: "unclaimed", at: `2026-01-1${i}T00:00:00Z`, ...change });
    const called = (...calls) => bundled(b => { b.calls = calls; });
    honest("reserves called in order", "doubts", called(call(0, 0), call(1, 2, { reason: "waived" }), call(2, 1, { reason: "disqualified", note: "Two accounts." })));
    for (const [name, says, calls] of [
      ["out of order", "but place 2 comes next in the published order", [call(1, 0)]],
      ["with another entry", "but that place is of entry", [call(0, 0, { seq: d.bundle.reserves[1].seq })]],
      ["instead of somebody who had gone", "which nobody held any more", [call(0, 0), call(1, 0)]],
      ["instead of nobody", "which nobody held any more", [call(0, 4)]],
      ["for a reason of its own", "is no reason that the rules know", [call(0, 0, { reason: "again" })]],
      ["disqualified without a word", "disqualified without a word on how", [call(0, 0, { reason: "disqualified" })]],
      ["backwards in time", "is dated before the one above it", [call(0, 0), call(1, 1, { at: "2026-01-09T00:00:00Z" })]],
      ["more than there are", "but no reserve is left", [call(0, 0), call(1, 1), call(2, 2), { place: 5, seq: 1, insteadOf: 3, reason: "waived", at: "2026-01-20T00:00:00Z" }]],
    ]) forged(`reserve called ${name}`, "calls", says, called(...calls));

    const table = {
      v: 1, currency: "KZT", price: 3000000, entryPrice: 250000, entries: 12, winners: 2,
      pieces: [
        { from: 0, to: 11, outcome: "refund", figures: { collected: [0, 250000, 1, 0], refund: [250000, 0, 1, 0] } },
        { from: 12, to: 12, outcome: "draw", figures: { collected: [0, 250000, 1, 0], winners: [2, 0, 1, 0], seller: [2900000, 0, 1, 0] } },
      ],
    };
    const bound = async t => files(await again(o => { o.terms.outcomes = "00".repeat(32); o.terms.outcomes = t.hash; }), { outcomes: JSON.stringify(t.table) });
    const hashed = async t => ({ table: t, hash: hex(await sha(text.encode(jcs(t)))) });
    honest("table of outcomes", "doubts", await bound(await hashed(table)));
    forged("table that is not the one in the terms", "outcomes", "is not the one in the terms", await bound({ table: { ...table, winners: 1 }, hash: (await hashed(table)).hash }));
    forged("table that the terms do not bind", "outcomes", "The terms bind no table", files(d, { outcomes: JSON.stringify(table) }));
    const piece = change => ({ ...table, pieces: table.pieces.with(1, { ...table.pieces[1], ...change }) });
    forged("table that gives away more than comes in", "outcomes", "gives away more than comes in at 12 sold entries", await bound(await hashed(piece({ figures: { ...table.pieces[1].figures, seller: [3000001, 0, 1, 0] } }))));
    forged("table with a gap", "outcomes", "a gap or overlap", await bound(await hashed(piece({ from: 13, to: 13 }))));
    forged("table of other winners", "outcomes", "gives another \"winners\" than the terms", await bound(await hashed({ ...table, winners: 1 })));
    forged("table that pays back where there was a draw", "outcomes", "there must be no draw", await bound(await hashed(piece({ outcome: "refund" }))));
    forged("table with a figure that divides by nothing", "outcomes", "divides by nothing", await bound(await hashed(piece({ figures: { ...table.pieces[1].figures, seller: [1, 0, 12, -1] } }))));
  }
}
