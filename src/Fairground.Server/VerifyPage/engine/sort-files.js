// What a file is, told from what stands in it, so that people need not know names. Only for sorting: the verification reads it anew.

const MOST_READ = 16 << 20;
const A_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

/** {kind, ...} of a Blob: "entries" (kept as it is), or "bundle", "keys", "log", "inclusion", "outcomes", "beacon" (bytes), "receipt", "heads" (texts); kind null where it is none. */
async function sortFile(blob, name) {
  const head = await textOf(blob.slice(0, 65536));
  const first = head.split("\n", 1)[0].trim();
  const hints = name.toLowerCase();
  const looksLikeLines = /^\{.*\}$/.test(first) && /"(holder|seq)"/.test(first) && !/"(leaf|terms|receipt)"/.test(first);
  if (looksLikeLines || blob.size > MOST_READ) return { kind: "entries", blob };
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  const lines = text.split(/\r?\n/).map(line => line.trim()).filter(line => line.length > 0);
  if (lines.length > 0 && lines.every(line => A_JWS.test(line))) return sortJws(lines);
  const has = (...names) => names.every(member => text.includes(`"${member}"`));
  if (has("terms", "closing", "winners")) return { kind: "bundle", bytes };
  if (/"(closing|switch)"/.test(first) && first.includes('"previous"')) return { kind: "log", bytes };
  if (has("leaf", "path")) return { kind: "inclusion", bytes };
  if (has("receipt")) return { kind: "receipt", texts: [receiptIn(bytes)] };
  if (has("keys", "kty")) return { kind: "keys", bytes };
  if (has("pieces", "figures")) return { kind: "outcomes", bytes };
  if (has("signature", "round") || has("pulse")) return { kind: "beacon", bytes };
  if (/"holder"|"seq"/.test(head) || /entr|list/.test(hints)) return { kind: "entries", blob };
  if (/proof|bundle/.test(hints)) return { kind: "bundle", bytes };
  if (/log|closing/.test(hints)) return { kind: "log", bytes };
  if (/receipt/.test(hints)) return { kind: "receipt", texts: [text.trim()] };
  return { kind: null };
}

const textOf = async blob => new TextDecoder().decode(await blob.arrayBuffer());

function sortJws(lines) {
  const payload = peekJws(lines[0]);
  return { kind: payload?.has("head") ? "heads" : "receipt", texts: lines };
}

/** The answer to a purchase holds the receipt as a JWS. What cannot be read so is given on as it is, and fails as a receipt. */
function receiptIn(bytes) {
  try {
    return textIn(asObject(parseJson(bytes), "It"), "receipt");
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return "";
  }
}

/** The chunks of a Blob, wherever streams are. */
async function* chunksOf(blob) {
  const size = 1 << 18;
  for (let at = 0; at < blob.size; at += size) yield new Uint8Array(await blob.slice(at, at + size).arrayBuffer());
}

/** Verifies what the page collected and posts what it finds; the same in a worker and, where there is none, in the page. */
async function answer(files, post, breathe) {
  try {
    let told = 0;
    const report = await verifyDraw({ ...files, entries: files.entries ? chunksOf(files.entries) : null }, {
      breathe,
      step: step => post({ step }),
      progress: (bytes, lines) => {
        if (Date.now() - told < 100) return;
        told = Date.now();
        post({ progress: { bytes, lines } });
      },
    });
    post({ report });
  } catch (error) {
    post({ error: `${error}` });
  }
}
