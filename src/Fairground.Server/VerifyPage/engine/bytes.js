// Bytes, hexadecimal and base64url. One value has one spelling everywhere in a draw proof, so every reader here is strict.

const utf8 = new TextEncoder();

/** What was given cannot be read. The message is a sentence for people. */
class Unreadable extends Error {}

const toBytes = text => utf8.encode(text);

/** Strict UTF-8 to text; a byte order mark stays where it is, so that it is noticed. */
function toText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unreadable("It is not UTF-8.");
  }
}

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Whether a text is lower-case hexadecimal of so many bytes; of any number from one on where none is said. */
const isHex = (text, bytes) => /^[0-9a-f]+$/.test(text) && (bytes === undefined ? text.length % 2 === 0 : text.length === 2 * bytes);

const fromHex = text => Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16));

/** An unsigned number in so many bytes, the highest first. */
function bigEndian(value, length) {
  const bytes = new Uint8Array(length);
  let rest = BigInt(value);
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

const toBigInt = bytes => (bytes.length === 0 ? 0n : BigInt("0x" + hex(bytes)));

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** base64url without padding, and with no spare bits set. */
function fromBase64Url(text) {
  if (text.length % 4 === 1) throw new Unreadable("A part is not base64url.");
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let [bits, held, at] = [0, 0, 0];
  for (const letter of text) {
    const value = BASE64URL.indexOf(letter);
    if (value < 0) throw new Unreadable("A part is not base64url without padding.");
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 255;
    }
  }
  if ((bits & ((1 << held) - 1)) !== 0) throw new Unreadable("A part is not base64url without padding.");
  return bytes;
}
