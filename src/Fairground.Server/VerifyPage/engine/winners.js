// From the seed to the places: no bias, each holder once.

const MOST_TRIES = 10000;

const seedOf = (termsHash, root, size, randomness) => sha256(join(toBytes("fairground/draw/v1"), termsHash, root, bigEndian(size, 8), randomness));

/** The seqs of winners and reserves, in order; fewer than asked for where no other holder is left. holderOf gives a number for each seq. */
function choosePlaces(seed, size, holderOf, places) {
  const n = BigInt(size);
  const limit = size === 0 ? 0n : ((1n << 256n) / n) * n;
  const [chosen, taken] = [[], new Set()];
  const free = seq => !taken.has(holderOf(seq));
  const next = place => {
    let last = 1;
    for (let j = 0; j < MOST_TRIES; j++) {
      const x = toBigInt(sha256(join(seed, bigEndian(place, 4), bigEndian(j, 4))));
      if (x >= limit) continue;
      const seq = Number(x % n) + 1;
      if (free(seq)) return seq;
      last = seq;
    }
    for (let step = 0; step < size; step++) {
      const seq = ((last - 1 + step) % size) + 1;
      if (free(seq)) return seq;
    }
    return null;
  };
  while (chosen.length < places && chosen.length < size) {
    const seq = next(chosen.length);
    if (seq === null) break;
    taken.add(holderOf(seq));
    chosen.push(seq);
  }
  return chosen;
}
