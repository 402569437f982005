// JSON read strictly, and written canonically (RFC 8785). The browser's own JSON.parse takes the last of two equal keys and rounds
// large integers without a word; a forger would like both.

const MAX_DEPTH = 64;

/** A number as it was written. */
class JsonNumber {
  constructor(token) {
    this.token = token;
    this.value = Number(token);
    if (!Number.isFinite(this.value)) throw new Unreadable(`The number ${short(token)} is too large.`);
    const integer = !/[.eE]/.test(token);
    if (integer && BigInt(token) !== BigInt(this.value)) throw new Unreadable(`The integer ${short(token)} cannot be held by a double; write it as a string.`);
  }
}

const short = text => (text.length > 60 ? text.slice(0, 57) + "…" : text);

/** Reads one JSON value: objects become Maps, arrays Arrays, numbers JsonNumbers. No duplicate keys, no lone surrogates, nothing after it. */
function parseJson(source) {
  const text = typeof source === "string" ? source : toText(source);
  if (text.charCodeAt(0) === 0xfeff) throw new Unreadable("It begins with a byte order mark, which JSON must not have.");
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.space();
  if (reader.at < text.length) throw new Unreadable(`Something follows after the end of the JSON, at character ${reader.at + 1}.`);
  return value;
}

class JsonReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  wrong(what) {
    const found = this.at < this.text.length ? `"${this.text[this.at]}"` : "the end";
    return new Unreadable(`This is not JSON that can be read: ${what} expected at character ${this.at + 1}, ${found} found.`);
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }

  take(mark) {
    this.space();
    if (this.text[this.at] !== mark) throw this.wrong(`"${mark}"`);
    this.at++;
  }

  /** Whether the mark comes next; it is then taken. */
  next(mark) {
    this.space();
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  value(depth) {
    if (depth > MAX_DEPTH) throw new Unreadable("The JSON is nested too deeply.");
    this.space();
    switch (this.text[this.at]) {
      case "{": return this.object(depth);
      case "[": return this.array(depth);
      case '"': return this.string();
    }
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    number.lastIndex = this.at;
    const token = number.exec(this.text)?.[0];
    if (token === undefined) throw this.wrong("a value");
    this.at += token.length;
    return new JsonNumber(token);
  }

  object(depth) {
    const members = new Map();
    this.take("{");
    if (depth >= MAX_DEPTH) throw new Unreadable("The JSON is nested too deeply.");
    if (this.next("}")) return members;
    do {
      this.space();
      const key = this.string();
      if (members.has(key)) throw new Unreadable(`The key "${short(key)}" stands twice.`);
      this.take(":");
      members.set(key, this.value(depth + 1));
    } while (this.next(","));
    this.take("}");
    return members;
  }

  array(depth) {
    const items = [];
    this.take("[");
    if (depth >= MAX_DEPTH) throw new Unreadable("The JSON is nested too deeply.");
    if (this.next("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.next(","));
    this.take("]");
    return items;
  }

  string() {
    if (this.text[this.at] !== '"') throw this.wrong("a string");
    const whole = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    whole.lastIndex = this.at;
    const token = whole.exec(this.text)?.[0];
    if (token === undefined) throw this.wrong("a well-formed string");
    this.at += token.length;
    const value = JSON.parse(token);
    if (hasLoneSurrogate(value)) throw new Unreadable("A string holds half of a surrogate pair.");
    return value;
  }
}

const hasLoneSurrogate = text => /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

/** The canonical text of a parsed value. */
function canonical(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return canonicalString(value);
  // ECMAScript writes numbers as RFC 8785 asks; it is where the RFC took the rule from.
  if (value instanceof JsonNumber) return String(value.value === 0 ? 0 : value.value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  // sort() compares by UTF-16 code units, as the RFC asks.
  return `{${[...value.keys()].sort().map(key => `${canonicalString(key)}:${canonical(value.get(key))}`).join(",")}}`;
}

// JSON.stringify escapes exactly what the RFC wants escaped, in the same spelling.
const canonicalString = text => JSON.stringify(text);

// Members of published objects, each with a sentence where it is not what it must be.

function asObject(value, what) {
  if (!(value instanceof Map)) throw new Unreadable(`${what} must be a JSON object.`);
  return value;
}

function member(object, name) {
  if (!object.has(name)) throw new Unreadable(`"${name}" is missing.`);
  return object.get(name);
}

const objectIn = (object, name) => asObject(member(object, name), `"${name}"`);

function listIn(object, name) {
  const value = member(object, name);
  if (!Array.isArray(value)) throw new Unreadable(`"${name}" must be a list.`);
  return value;
}

function textIn(object, name) {
  const value = member(object, name);
  if (typeof value !== "string") throw new Unreadable(`"${name}" must be a string.`);
  return value;
}

function hashIn(object, name) {
  const text = textIn(object, name);
  if (!isHex(text, 32)) throw new Unreadable(`"${name}" must be 64 lower-case hexadecimal digits.`);
  return text;
}

const MOST_INT = 2147483647;

function integerIn(object, name, min = 0, max = Number.MAX_SAFE_INTEGER) {
  const value = member(object, name);
  if (!(value instanceof JsonNumber) || !/^(?!-0$)-?[0-9]+$/.test(value.token)) throw new Unreadable(`"${name}" must be a whole number.`);
  if (value.value < min || value.value > max) throw new Unreadable(`"${name}" must lie between ${min} and ${max}.`);
  return value.value;
}

const countIn = (object, name, min = 0) => integerIn(object, name, min, MOST_INT);

/** Unix seconds of an RFC 3339 time in UTC and whole seconds; null where the text is no such time. */
function unixSeconds(text) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return null;
  const milliseconds = Date.parse(text);
  // Date.parse takes the 31st of April and 24:00:00; written again they look different.
  return Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== text.replace("Z", ".000Z") || text.startsWith("0000") ? null : milliseconds / 1000;
}

function timeIn(object, name) {
  const text = textIn(object, name);
  if (unixSeconds(text) === null) throw new Unreadable(`"${name}" must be a time like 2026-01-31T09:00:00Z.`);
  return text;
}
