// The published entries, one leaf a line, read as a stream: a million lines cost tens of megabytes and never stand in memory as text.

const NEW_LINE = 10;
const LONGEST_LINE = 65536;

/** Byte strings, each kept once, with a number from 0 in order of first sight. */
class ByteTable {
  constructor() {
    this.count = 0;
    this.data = new Uint8Array(1 << 16);
    this.ends = new Uint32Array(1 << 10);
    this.slots = new Int32Array(1 << 11).fill(-1);
    // So that nobody can choose lines that all fall into one slot.
    this.salt = (Math.random() * 0x100000000) | 0;
  }

  /** The number of bytes[from..to); count grows where it is new. */
  put(bytes, from, to) {
    let hash = this.salt;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193) + (hash >>> 15);
    const mask = this.slots.length - 1;
    let slot = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995) & mask;
    while (this.slots[slot] >= 0) {
      if (this.equals(this.slots[slot], bytes, from, to)) return this.slots[slot];
      slot = (slot + 1) & mask;
    }
    return this.append(bytes, from, to, slot);
  }

  append(bytes, from, to, slot) {
    const start = this.count === 0 ? 0 : this.ends[this.count - 1];
    const end = start + to - from;
    if (end > this.data.length) this.data = grown(this.data, Uint8Array, end);
    if (this.count === this.ends.length) this.ends = grown(this.ends, Uint32Array, this.count + 1);
    this.data.set(bytes.subarray(from, to), start);
    this.ends[this.count] = end;
    this.slots[slot] = this.count++;
    if (this.count * 2 > this.slots.length) this.spread();
    return this.count - 1;
  }

  equals(index, bytes, from, to) {
    const start = index === 0 ? 0 : this.ends[index - 1];
    if (this.ends[index] - start !== to - from) return false;
    for (let i = from, j = start; i < to; i++, j++) if (bytes[i] !== this.data[j]) return false;
    return true;
  }

  spread() {
    const { data, ends, count } = this;
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let index = 0; index < count; index++) {
      let hash = this.salt;
      for (let i = index === 0 ? 0 : ends[index - 1]; i < ends[index]; i++) hash = Math.imul(hash ^ data[i], 0x01000193) + (hash >>> 15);
      let slot = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995) & mask;
      while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = index;
    }
  }

  text(index) {
    return new TextDecoder().decode(this.data.subarray(index === 0 ? 0 : this.ends[index - 1], this.ends[index]));
  }
}

function grown(array, type, least) {
  const larger = new type(Math.max(array.length * 2, least));
  larger.set(array);
  return larger;
}

class EntryList {
  constructor(lot) {
    this.lot = lot;
    this.count = 0;
    this.problem = null;
    this.tree = new MerkleAccumulator();
    this.holders = new ByteTable();
    this.numbers = new ByteTable();
    this.seqs = new Int32Array(1 << 10);
    this.holderOf = new Int32Array(1 << 10);
    this.numberOf = new Int32Array(1 << 10);
    this.parts = ['{"holder":"', `","lot":${canonicalString(lot)},"number":"`, '","seq":'].map(toBytes);
  }

  /** Reads a stream of byte chunks; tell(bytes, lines) is called now and then and may take a breath. */
  static async read(chunks, lot, tell = () => {}) {
    const list = new EntryList(lot);
    let rest = new Uint8Array(0);
    let bytes = 0;
    for await (const chunk of chunks) {
      const whole = rest.length > 0 ? join(rest, chunk) : chunk;
      rest = list.takeLines(whole);
      if (list.problem !== null) return list;
      bytes += chunk.length;
      await tell(bytes, list.count);
    }
    if (rest.length > 0) list.takeLine(rest, 0, rest.length);
    list.problem ??= list.orderProblem() ?? list.numberProblem();
    return list;
  }

  /** Takes all whole lines; what is left belongs to the next. */
  takeLines(bytes) {
    let from = 0;
    for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, from)) {
      this.takeLine(bytes, from, end);
      if (this.problem !== null) return bytes.subarray(0, 0);
      from = end + 1;
    }
    if (bytes.length - from > LONGEST_LINE) this.problem = this.unreadable("It is longer than any entry.");
    return bytes.slice(from);
  }

  takeLine(bytes, from, to) {
    try {
      if (!this.takePlain(bytes, from, to)) this.takeAny(bytes.slice(from, to));
      if (this.problem === null) this.tree.add(bytes, from, to);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.problem = this.unreadable(error.message);
    }
  }

  unreadable(why) {
    return `Line ${this.count + 1} of the entries cannot be read: ${why}`;
  }

  /** The one layout that nearly every line has: this lot, and a number in plain ASCII. */
  takePlain(bytes, from, to) {
    const [head, middle, tail] = this.parts;
    const holder = from + head.length;
    const number = holder + 64 + middle.length;
    if (!startsWith(bytes, from, to, head) || !startsWith(bytes, holder + 64, to, middle)) return false;
    for (let i = holder; i < holder + 64; i++) if (!(bytes[i] >= 48 && bytes[i] <= 57) && !(bytes[i] >= 97 && bytes[i] <= 102)) return false;
    let end = number;
    while (end < to && bytes[end] >= 32 && bytes[end] <= 126 && bytes[end] !== 34 && bytes[end] !== 92) end++;
    if (!startsWith(bytes, end, to, tail)) return false;
    let seq = 0;
    let at = end + tail.length;
    if (bytes[at] === 48) return false;
    const first = at;
    for (; at < to && bytes[at] >= 48 && bytes[at] <= 57 && at - first < 10; at++) seq = seq * 10 + bytes[at] - 48;
    if (at === first || at !== to - 1 || bytes[at] !== 125 || seq > MOST_INT) return false;
    this.put(seq, this.holders.put(bytes, holder, holder + 64), this.numbers.put(bytes, number, end));
    return true;
  }

  /** Any other line: read strictly, and refused unless it is the canonical spelling of an entry of this lot. */
  takeAny(line) {
    if (line.length === 0) throw new Unreadable("It is empty.");
    if (line.at(-1) === 13) throw new Unreadable("It ends in a carriage return: the list was rewritten on the way; fetch it again unchanged.");
    const text = toText(line);
    const json = asObject(parseJson(text), "It");
    for (const name of json.keys()) if (!["holder", "lot", "number", "seq"].includes(name)) throw new Unreadable(`It has a member "${short(name)}" that no entry has.`);
    const [holder, lot, number, seq] = [textIn(json, "holder"), textIn(json, "lot"), textIn(json, "number"), countIn(json, "seq", 1)];
    if (!isHex(holder, 32)) throw new Unreadable("Its holder is not 64 lower-case hexadecimal digits.");
    if (canonical(json) !== text) throw new Unreadable("It is not in canonical form.");
    if (lot !== this.lot) {
      this.problem = `Line ${this.count + 1} of the entries belongs to lot "${lot}", not to lot "${this.lot}".`;
      return;
    }
    const [holderBytes, numberBytes] = [toBytes(holder), toBytes(number)];
    this.put(seq, this.holders.put(holderBytes, 0, 64), this.numbers.put(numberBytes, 0, numberBytes.length));
  }

  put(seq, holder, number) {
    if (this.count === this.seqs.length) {
      for (const name of ["seqs", "holderOf", "numberOf"]) this[name] = grown(this[name], Int32Array, this.count + 1);
    }
    this.seqs[this.count] = seq;
    this.holderOf[this.count] = holder;
    this.numberOf[this.count] = number;
    this.count++;
  }

  orderProblem() {
    let line = 0;
    while (line < this.count && this.seqs[line] === line + 1) line++;
    if (line === this.count) return null;
    const seen = new Set();
    for (let i = 0; i < this.count; i++) {
      if (seen.has(this.seqs[i])) return `Entry ${this.seqs[i]} stands in the list more than once.`;
      seen.add(this.seqs[i]);
    }
    for (let seq = 1; seq <= this.count; seq++) if (!seen.has(seq)) return `Entry ${seq} is missing from the list.`;
    return `The entries are out of order: line ${line + 1} holds entry ${this.seqs[line]}.`;
  }

  numberProblem() {
    if (this.numbers.count === this.count) return null;
    const first = new Map();
    for (let i = 0; i < this.count; i++) {
      if (first.has(this.numberOf[i])) return `The number ${this.number(i + 1)} was given out twice, to entries ${first.get(this.numberOf[i]) + 1} and ${i + 1}.`;
      first.set(this.numberOf[i], i);
    }
    return null;
  }

  number(seq) {
    return this.numbers.text(this.numberOf[seq - 1]);
  }

  holder(seq) {
    return this.holders.text(this.holderOf[seq - 1]);
  }

  /** The most entries in one hand, and whose. */
  largest() {
    const counts = new Int32Array(this.holders.count);
    for (let i = 0; i < this.count; i++) counts[this.holderOf[i]]++;
    let most = 0;
    for (let i = 1; i < counts.length; i++) if (counts[i] > counts[most]) most = i;
    return counts.length === 0 ? { entries: 0, holder: "" } : { entries: counts[most], holder: this.holders.text(most) };
  }
}

function startsWith(bytes, at, to, part) {
  if (at + part.length > to) return false;
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}
