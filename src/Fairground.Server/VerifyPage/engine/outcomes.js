// The table of outcomes: who gets what for every number of sold entries. Its hash is part of the terms.

const FIGURES = ["collected", "refund", "winners", "winnerPays", "winnerGets", "seller", "mileage"];
const MOST_PIECES = 10000;

function parseOutcomes(bytes) {
  const json = asObject(parseJson(bytes), "The table of outcomes");
  countVersion(json);
  const table = {
    hash: hex(sha256(toBytes(canonical(json)))),
    currency: textIn(json, "currency"),
    price: integerIn(json, "price"),
    entryPrice: integerIn(json, "entryPrice"),
    entries: integerIn(json, "entries"),
    winners: countIn(json, "winners"),
    pieces: listIn(json, "pieces").map(parsePiece),
  };
  let next = 0;
  for (const piece of table.pieces) {
    if (piece.from !== next || piece.to < piece.from) throw new Unreadable(`The pieces of the table leave a gap or overlap at ${piece.from} entries.`);
    next = piece.to + 1;
  }
  if (table.pieces.length > MOST_PIECES || next <= table.entries) throw new Unreadable("The pieces of the table do not cover every number of entries that can be sold.");
  return table;
}

function parsePiece(value) {
  const json = asObject(value, "A piece of the table");
  const outcome = textIn(json, "outcome");
  if (!["draw", "cash", "refund"].includes(outcome)) throw new Unreadable(`The outcome "${outcome}" is not known.`);
  const [from, to, figures] = [integerIn(json, "from"), integerIn(json, "to"), objectIn(json, "figures")];
  const read = {};
  for (const name of figures.keys()) {
    if (!FIGURES.includes(name)) throw new Unreadable(`The figure "${short(name)}" is not known.`);
    const list = listIn(figures, name);
    const fits = list.length === 4 && list.every(n => n instanceof JsonNumber && /^-?[0-9]+$/.test(n.token) && Number.isSafeInteger(n.value));
    if (!fits) throw new Unreadable(`The figure "${name}" must be four whole numbers.`);
    read[name] = list.map(n => BigInt(n.token));
    const [, , c, d] = read[name];
    for (const n of [from, to]) if (c + d * BigInt(n) < 1n) throw new Unreadable(`The figure "${name}" divides by nothing at ${n} entries.`);
  }
  return { from, to, outcome, figures: read };
}

/** The figures for n sold entries, in minor units, with what the operator keeps. */
function outcomeAt(table, sold) {
  const piece = table.pieces.find(p => sold <= p.to);
  if (piece === undefined) return null;
  const n = BigInt(sold);
  const at = { outcome: piece.outcome };
  for (const name of FIGURES) {
    const [a, b, c, d] = piece.figures[name] ?? [0n, 0n, 1n, 0n];
    const [above, below] = [a + b * n, c + d * n];
    // BigInt cuts towards zero; the table rounds down.
    at[name] = above / below - (above % below < 0n ? 1n : 0n);
  }
  at.operator = at.collected + at.winners * at.winnerPays - n * at.refund - at.seller - at.winners * at.winnerGets - (n - at.winners) * at.mileage;
  return at;
}

/** The first thing that a table says which cannot be, or null; every number up to a million is looked at, and the ends of what is beyond. */
async function outcomeProblem(table, most, breathe) {
  for (const piece of table.pieces) {
    const numbers = piece.to - piece.from < 1000000 ? null : [piece.from, piece.to];
    for (let n = piece.from; n <= (numbers === null ? piece.to : piece.from); n++) {
      if ((n & 4095) === 0) await breathe();
      for (const sold of numbers ?? [n]) {
        const at = outcomeAt({ pieces: [piece] }, sold);
        const negative = [...FIGURES, "operator"].find(name => at[name] < 0n);
        if (negative !== undefined) return `The table of outcomes gives ${negative === "operator" ? "away more than comes in" : `a negative figure "${negative}"`} at ${sold} sold entries.`;
        if (at.winners > BigInt(most)) return `The table of outcomes promises ${at.winners} winners at ${sold} sold entries, but the terms draw ${most}.`;
      }
    }
  }
  return null;
}
