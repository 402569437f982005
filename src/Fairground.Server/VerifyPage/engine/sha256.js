// SHA-256 (FIPS 180-4) for the millions of short messages of a large list. The library's own is some ten times slower for these and hashes
// everything else; before the first use the two are compared.

const SHA_K = (() => {
  // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every(p => n % p !== 0)) primes.push(n);
  return Int32Array.from(primes, p => fraction(p, 3n));
})();

const SHA_START = Int32Array.from([2, 3, 5, 7, 11, 13, 17, 19], p => fraction(p, 2n));

/** The first 32 bits of the fraction of the root of a number, by exact search. */
function fraction(number, degree) {
  const scaled = BigInt(number) << (32n * degree);
  let [low, high] = [0n, 1n << 36n];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= scaled) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn) | 0;
}

/** Hashes messages one after the other into memory of its own. */
class FastSha256 {
  constructor() {
    this.words = new Int32Array(64);
    this.state = new Int32Array(8);
    this.block = new Uint8Array(64);
  }

  /** SHA-256 of prefix byte and message[from..to) into out at a place. */
  hash(prefix, message, from, to, out, outAt) {
    const { block, state } = this;
    state.set(SHA_START);
    const length = to - from + 1;
    block[0] = prefix;
    let filled = 1;
    let at = from;
    while (at < to) {
      const take = Math.min(64 - filled, to - at);
      for (let i = 0; i < take; i++) block[filled + i] = message[at + i];
      filled += take;
      at += take;
      if (filled === 64) {
        this.compress();
        filled = 0;
      }
    }
    block[filled++] = 0x80;
    if (filled > 56) {
      block.fill(0, filled);
      this.compress();
      filled = 0;
    }
    block.fill(0, filled, 56);
    const high = Math.floor(length / 0x20000000);
    const low = length << 3;
    for (let i = 0; i < 4; i++) {
      block[56 + i] = high >>> (24 - 8 * i);
      block[60 + i] = low >>> (24 - 8 * i);
    }
    this.compress();
    for (let i = 0; i < 8; i++) {
      const word = state[i];
      out[outAt + 4 * i] = word >>> 24;
      out[outAt + 4 * i + 1] = word >>> 16;
      out[outAt + 4 * i + 2] = word >>> 8;
      out[outAt + 4 * i + 3] = word;
    }
  }

  compress() {
    const { words: w, block: m, state: s } = this;
    const k = SHA_K;
    for (let i = 0, j = 0; i < 16; i++, j += 4) w[i] = (m[j] << 24) | (m[j + 1] << 16) | (m[j + 2] << 8) | m[j + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (s1 + w[i - 7] + s0 + w[i - 16]) | 0;
    }
    let a = s[0] | 0, b = s[1] | 0, c = s[2] | 0, d = s[3] | 0, e = s[4] | 0, f = s[5] | 0, g = s[6] | 0, h = s[7] | 0;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + (g ^ (e & (f ^ g))) + k[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0;
      d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    s[0] += a; s[1] += b; s[2] += c; s[3] += d;
    s[4] += e; s[5] += f; s[6] += g; s[7] += h;
  }
}

const sha256 = bytes => curves.sha256(bytes);
const sha512 = bytes => curves.sha512(bytes);

/** A FastSha256 that was found to agree with the library at every length that pads differently. */
function checkedSha256() {
  const fast = new FastSha256();
  const message = Uint8Array.from({ length: 200 }, (_, i) => (i * 7 + 13) & 255);
  const mine = new Uint8Array(32);
  for (let length = 0; length <= message.length; length++) {
    fast.hash(1, message, 0, length, mine, 0);
    if (!same(mine, sha256(join([1], message.subarray(0, length))))) throw new Error("This browser computes SHA-256 wrongly.");
  }
  return fast;
}
