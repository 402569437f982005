// The Merkle tree of RFC 6962 section 2.1: leaf H(0x00 || bytes), node H(0x01 || left || right), split at the largest power of two below n.

const HASH = 32;

/** Takes leaves one by one and keeps one hash a level, so that a list of any length needs no memory. */
class MerkleAccumulator {
  constructor(sha = checkedSha256()) {
    this.sha = sha;
    this.size = 0;
    // levels[l] holds the left subtree of 2^l leaves that waits for its right sibling.
    this.levels = [];
    this.pair = new Uint8Array(2 * HASH);
    this.hash = new Uint8Array(HASH);
  }

  /** The leaf stands in bytes[from..to). */
  add(bytes, from, to) {
    this.sha.hash(0, bytes, from, to, this.hash, 0);
    let level = 0;
    for (let n = this.size; n % 2 === 1; n = Math.floor(n / 2)) {
      this.pair.set(this.levels[level], 0);
      this.pair.set(this.hash, HASH);
      this.sha.hash(1, this.pair, 0, 2 * HASH, this.hash, 0);
      level++;
    }
    (this.levels[level] ??= new Uint8Array(HASH)).set(this.hash);
    this.size++;
  }

  root() {
    if (this.size === 0) return sha256(new Uint8Array(0));
    let root = null;
    for (let level = 0, n = this.size; n > 0; level++, n = Math.floor(n / 2)) {
      if (n % 2 === 0) continue;
      root = root === null ? this.levels[level].slice() : sha256(join([1], this.levels[level], root));
    }
    return root;
  }
}

const leafHash = bytes => sha256(join([0], bytes));

/** The root to which the path of a leaf's hash leads (RFC 9162 section 2.1.3.2), or null where it leads nowhere. */
function rootOfInclusion(hash, index, size, path) {
  if (index < 0 || index >= size) return null;
  let [node, last] = [index, size - 1];
  for (const sibling of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = sha256(join([1], sibling, hash));
      while (node !== 0 && node % 2 === 0) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
    } else {
      hash = sha256(join([1], hash, sibling));
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}
