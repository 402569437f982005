// The closing log: a chain of lines in which each closing was published, and the signed heads that people keep of it.

const NO_PREVIOUS = "0".repeat(64);

/** The lines of a text file; the last line may lack its end. */
function linesOf(bytes) {
  const lines = toText(bytes).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function parseLogLine(text) {
  const json = asObject(parseJson(text), "A line of the closing log");
  const kind = json.has("switch") ? "switch" : "closing";
  const line = { at: timeIn(json, "at"), kind, jws: textIn(json, kind), index: integerIn(json, "index"), previous: hashIn(json, "previous"), hash: hex(sha256(toBytes(text))), text };
  if (json.size !== 4 || canonical(json) !== text) throw new Unreadable("The line is not in canonical form.");
  return line;
}

/** The lines of a whole log, or a sentence for where its chain breaks. */
function readLog(bytes) {
  const lines = [];
  for (const text of linesOf(bytes)) {
    const index = lines.length;
    const before = lines.at(-1);
    let line;
    try {
      line = parseLogLine(text);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return { lines, problem: `Line ${index} of the closing log cannot be read: ${error.message}` };
    }
    if (line.index !== index) return { lines, problem: `Line ${index} of the closing log calls itself line ${line.index}.` };
    if (line.previous !== (before?.hash ?? NO_PREVIOUS)) return { lines, problem: `Line ${index} of the closing log does not carry the hash of the line before it: the log was rewritten.` };
    if (before !== undefined && unixSeconds(line.at) < unixSeconds(before.at)) return { lines, problem: `Line ${index} of the closing log is dated before the line above it.` };
    lines.push(line);
  }
  return { lines, problem: null };
}

/** Compares two copies, each of which may be a part of the log. */
function compareLogs(mine, theirs) {
  const known = new Map();
  let shared = 0;
  try {
    for (const text of linesOf(mine)) known.set(parseLogLine(text).index, text);
    for (const text of linesOf(theirs)) {
      const { index } = parseLogLine(text);
      if (!known.has(index)) continue;
      if (known.get(index) !== text) return { ok: false, sentence: `The two copies show different lines ${index}: this proves that the log was rewritten.` };
      shared++;
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, sentence: "A line of the closing log cannot be read: " + error.message };
  }
  return { ok: true, sentence: `The two copies of the closing log agree in all ${shared} lines that they share.` };
}

/** The lines that hold signed statements of one lot, in order: {line, value, payload}. */
function statementsOf(lot, lines, kind, keys, read) {
  const found = [];
  for (const line of lines) {
    // Checking a signature costs milliseconds, so what says itself that it is of another lot is passed over first.
    if (line.kind !== kind || peekJws(line.jws)?.get("lot") !== lot) continue;
    const { value, payload } = readSigned(line.jws, keys, kind, read);
    if (value !== null) found.push({ line, value, payload });
  }
  return found;
}

/** What signed heads say about each other and about a copy of the log: sentences with their outcomes. */
function checkHeads(jwsList, lines, keys) {
  const heads = [];
  for (const jws of jwsList) {
    const { value, problem } = readSigned(jws, keys, "log-head", parseHead);
    if (value === null) return [["failed", `The head of the closing log is not one of the server's. ${problem}`]];
    heads.push(value);
  }
  for (const [i, a] of heads.entries()) {
    for (const b of heads.slice(i + 1)) {
      if (a.size === b.size && a.head !== b.head) return [["failed", `Two signed heads of ${a.size} lines differ: this proves that the log was rewritten or shown differently to two people.`]];
      const [earlier, later] = unixSeconds(a.at) <= unixSeconds(b.at) ? [a, b] : [b, a];
      if (unixSeconds(earlier.at) < unixSeconds(later.at) && later.size < earlier.size) return [["failed", `The head signed at ${later.at} counts ${later.size} lines, the one signed before it ${earlier.size}: lines were taken away.`]];
    }
  }
  if (lines === null) return [["doubt", "No copy of the closing log was given, so the signed heads could only be compared with each other."]];
  for (const head of heads) {
    if (head.size > lines.length) return [["doubt", `The head signed at ${head.at} counts ${head.size} lines, but your copy of the closing log has only ${lines.length}; fetch a newer copy to compare them.`]];
    const hash = head.size === 0 ? NO_PREVIOUS : lines[head.size - 1].hash;
    if (hash !== head.head) return [["failed", `The closing log does not agree with the head signed at ${head.at}: its line ${head.size - 1} hashes to ${hash}, the head says ${head.head}. The log was rewritten or shown differently to two people.`]];
  }
  return [["passed", heads.length === 1 ? `The closing log agrees with the head signed at ${heads[0].at}.` : `The closing log agrees with all ${heads.length} signed heads.`]];
}
