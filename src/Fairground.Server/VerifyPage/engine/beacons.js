// Public beacons: drand (BLS12-381) and the NIST randomness beacon 2.0 (RSA). Each check gives the randomness, or says why there is none.

const TAG_G1 = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
const TAG_G2 = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";

const SCHEMES = {
  "bls-unchained-g1-rfc9380": { on: "G1", tag: TAG_G1, chained: false },
  "pedersen-bls-chained": { on: "G2", tag: TAG_G2, chained: true },
  "pedersen-bls-unchained": { on: "G2", tag: TAG_G2, chained: false },
};

/** Whose keys these are. Terms that use such a name with other facts lie; another name is for the reader to look up. */
const KNOWN_CHAINS = {
  "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": {
    name: "quicknet, of the League of Entropy", scheme: "bls-unchained-g1-rfc9380", genesis: 1692803367, period: 3,
    publicKey: "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  },
  "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": {
    name: "default, of the League of Entropy", scheme: "pedersen-bls-chained", genesis: 1595431050, period: 30,
    publicKey: "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
  },
};

/** What is known of the chain that the terms name: {name} where all agrees, {problem} where it does not, null where it is not known here. */
function knownChain(source) {
  const chain = Object.hasOwn(KNOWN_CHAINS, source.chain) ? KNOWN_CHAINS[source.chain] : undefined;
  if (chain === undefined) return null;
  for (const [name, what] of [["publicKey", "public key"], ["scheme", "scheme"], ["genesis", "time of the first round"], ["period", "time between rounds"]]) {
    if (source[name] !== chain[name]) return { problem: `The terms name the drand chain ${chain.name}, but give it another ${what}.` };
  }
  return { name: chain.name };
}

/** Certificates with which the beacon of NIST was seen to sign, by the SHA-512 of their DER. */
const KNOWN_CERTIFICATES = [
  "5501e3d72bc42f3b96e16de4dcadcb16768e109662bd16d667d5fd9aee585af31bbdc5dd4f53592276064b53dddd76c8f3604b2a41db6e09f78f82bb5d6569e7",
  "528943a555f5f8ca54423be6dfb95925a35c7b552046420e7d7cd072058a14d6536ad3a8e9754b6582f164a90b0cd86a65d659f5426a2659a947595d1c816c8c",
];

const timeOfRound = (source, round) => source.genesis + (round - 1) * source.period;

/** The first round at or after a Unix second. */
const roundAtOrAfter = (source, second) => (second <= source.genesis ? 1 : Math.floor((second - source.genesis + source.period - 1) / source.period) + 1);

/** Whether a drand signature is the chain's for this round. Never throws on bad bytes. */
function verifyDrand(source, round, signature, previousSignature) {
  const scheme = Object.hasOwn(SCHEMES, source.scheme) ? SCHEMES[source.scheme] : undefined;
  if (scheme === undefined || !isHex(source.publicKey) || scheme.chained !== (previousSignature !== null)) return false;
  const { G1, G2 } = curves.bls12_381;
  const api = scheme.on === "G1" ? curves.bls12_381.shortSignatures : curves.bls12_381.longSignatures;
  const [signatures, keys] = scheme.on === "G1" ? [G1, G2] : [G2, G1];
  try {
    const point = readPoint(signatures, signature);
    const key = readPoint(keys, fromHex(source.publicKey));
    const message = sha256(join(previousSignature ?? [], bigEndian(round, 8)));
    return api.verify(point, api.hash(message, scheme.tag), key);
  } catch {
    return false;
  }
}

/** A point of the right subgroup, not infinity, and in its one compressed spelling. */
function readPoint(group, bytes) {
  const point = group.Point.fromBytes(bytes);
  point.assertValidity();
  if (point.is0() || !point.isTorsionFree() || !same(point.toBytes(true), bytes)) throw new Error("no valid point");
  return point;
}

// --- NIST randomness beacon, reference format 2.0 (NISTIR 8213) ---

const LIST_ORDER = ["previous", "hour", "day", "month", "year"];

function hexIn(json, name) {
  const text = textIn(json, name);
  if (!isHex(text.toLowerCase())) throw new Unreadable(`"${name}" must be hexadecimal.`);
  return fromHex(text.toLowerCase());
}

/** A pulse as the beacon serves it, with the bytes that are signed. */
function parsePulse(json) {
  const list = listIn(json, "listValues").map(item => asObject(item, "A list value"));
  const listed = LIST_ORDER.map(type => {
    const found = list.filter(item => textIn(item, "type") === type);
    if (found.length !== 1) throw new Unreadable(`The pulse must have one list value "${type}".`);
    return hexIn(found[0], "value");
  });
  if (list.length !== LIST_ORDER.length) throw new Unreadable("The pulse must have five list values.");
  const external = objectIn(json, "external");
  const stamp = textIn(json, "timeStamp");
  const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(stamp) ? Date.parse(stamp) : NaN;
  if (Number.isNaN(milliseconds)) throw new Unreadable('"timeStamp" must be a time in UTC.');
  const pulse = {
    uri: textIn(json, "uri"), cipherSuite: countIn(json, "cipherSuite"), period: countIn(json, "period"), certificateId: hexIn(json, "certificateId"),
    chain: integerIn(json, "chainIndex"), index: integerIn(json, "pulseIndex"), at: milliseconds / 1000, stamp, localRandomValue: hexIn(json, "localRandomValue"),
    previous: listed[0], precommitmentValue: hexIn(json, "precommitmentValue"), statusCode: countIn(json, "statusCode"), signature: hexIn(json, "signatureValue"), outputValue: hexIn(json, "outputValue"),
  };
  const [u32, u64] = [value => bigEndian(value, 4), value => bigEndian(value, 8)];
  const counted = value => {
    const bytes = typeof value === "string" ? toBytes(value) : value;
    return join(u32(bytes.length), bytes);
  };
  pulse.signed = join(
    counted(pulse.uri), counted(textIn(json, "version")), u32(pulse.cipherSuite), u32(pulse.period), counted(pulse.certificateId), u64(pulse.chain), u64(pulse.index), counted(stamp),
    counted(pulse.localRandomValue), counted(hexIn(external, "sourceId")), u32(countIn(external, "statusCode")), counted(hexIn(external, "value")),
    ...listed.map(counted), counted(pulse.precommitmentValue), u32(pulse.statusCode));
  return pulse;
}

/** Why a pulse is not the beacon's, or null where it is. */
function pulseProblem(source, pulse, key, what) {
  if (pulse.chain !== source.chain) return `${what} is of chain ${pulse.chain}, not of chain ${source.chain}.`;
  if (hex(pulse.certificateId) !== source.certificate) return `${what} names another certificate than the terms.`;
  if (pulse.period !== 1000 * source.period) return `${what} has another period than the terms.`;
  if (pulse.cipherSuite !== 0) return `${what} uses a cipher suite that is not known.`;
  if (!pulse.uri.startsWith(source.uri)) return `${what} comes from ${pulse.uri}, not from ${source.uri}.`;
  if (!verifyRsaSha512(key, pulse.signed, pulse.signature)) return `The signature of ${what.toLowerCase()} does not verify under the certificate that the terms name.`;
  if (!same(sha512(join(pulse.signed, pulse.signature)), pulse.outputValue)) return `The output value of ${what.toLowerCase()} is not the hash of what it signs.`;
  return null;
}

/** The first pulse at or after a time, {pulse, previous, certificate} as a bundle shows it; Unreadable says why it is not. */
function decidingPulse(source, from, shown) {
  const certificate = readCertificate(shown.certificate);
  if (certificate.digest !== source.certificate) throw new Unreadable(`The certificate is not the one that the terms name: its hash is ${certificate.digest}.`);
  const [pulse, previous] = [shown.pulse, shown.previous].map(parsePulse);
  const problem = pulseProblem(source, pulse, certificate, "The pulse") ?? pulseProblem(source, previous, certificate, "The pulse before it");
  if (problem !== null) throw new Unreadable(problem);
  if (pulse.statusCode % 2 !== 0) throw new Unreadable("The pulse says of itself that it does not keep what the beacon had committed to.");
  if (!same(pulse.previous, previous.outputValue)) throw new Unreadable("The pulse does not follow the one that is given as the pulse before it.");
  if (!same(sha512(pulse.localRandomValue), previous.precommitmentValue)) throw new Unreadable("The random value of the pulse is not the one to which the pulse before it committed.");
  if (pulse.at < from) throw new Unreadable(`The pulse of ${pulse.stamp} is before the time from which the beacon decides.`);
  if (previous.at >= from) throw new Unreadable(`The pulse of ${pulse.stamp} is not the first one that decides: the one of ${previous.stamp} comes before it.`);
  return pulse;
}

/** RSASSA-PKCS1-v1_5 with SHA-512 (RFC 8017 section 8.2.2): the whole encoded message is compared, so nothing can hide in it. */
function verifyRsaSha512({ modulus, exponent }, message, signature) {
  const length = Math.ceil(modulus.toString(2).length / 8);
  const number = toBigInt(signature);
  if (signature.length !== length || number >= modulus) return false;
  const digestInfo = join(fromHex("3051300d060960864801650304020305000440"), sha512(message));
  const expected = join([0, 1], new Uint8Array(length - digestInfo.length - 3).fill(255), [0], digestInfo);
  return same(bigEndian(power(number, exponent, modulus), length), expected);
}

function power(base, exponent, modulus) {
  let result = 1n;
  for (let [b, e] = [base % modulus, exponent]; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % modulus;
    b = (b * b) % modulus;
  }
  return result;
}

/** The RSA key of a certificate in PEM, and the SHA-512 of its DER (RFC 5280 section 4.1). */
function readCertificate(pem) {
  const body = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/.exec(pem)?.[1].replace(/\s/g, "");
  if (body === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(body)) throw new Unreadable("The certificate is not one certificate in PEM.");
  const der = Uint8Array.from(decodeBase64(body));
  try {
    return { digest: hex(sha512(der)), ...rsaKeyOf(der) };
  } catch (error) {
    // Whatever is missing on the way down is missing in the certificate.
    throw error instanceof Unreadable ? error : new Unreadable("The certificate cannot be read.");
  }
}

function rsaKeyOf(der) {
  const certificate = derItems(derItem(der, 0).content);
  let fields = derItems(certificate[0].content);
  if (fields[0].tag === 0xa0) fields = fields.slice(1);
  const [algorithm, bits] = derItems(fields[5].content);
  if (hex(derItems(algorithm.content)[0].content) !== "2a864886f70d010101") throw new Unreadable("The certificate's key is not an RSA key.");
  const [modulus, exponent] = derItems(derItem(bits.content, 1).content).map(item => toBigInt(item.content));
  if (modulus.toString(2).length < 2048 || modulus > 1n << 16384n || exponent < 3n || exponent > 1n << 64n) throw new Unreadable("The certificate's key is not of a size that can be trusted.");
  return { modulus, exponent };
}

function decodeBase64(text) {
  try {
    return [...atob(text)].map(letter => letter.charCodeAt(0));
  } catch {
    throw new Unreadable("The certificate is not base64.");
  }
}

function derItem(bytes, at) {
  let length = bytes[at + 1];
  let from = at + 2;
  if (length >= 0x80) {
    const count = length & 0x7f;
    if (count < 1 || count > 3) throw new Unreadable("The certificate cannot be read.");
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[from++];
  }
  if (!(from + length <= bytes.length)) throw new Unreadable("The certificate cannot be read.");
  return { tag: bytes[at], content: bytes.subarray(from, from + length), end: from + length };
}

function derItems(bytes) {
  const items = [];
  for (let at = 0; at < bytes.length; at = items.at(-1).end) items.push(derItem(bytes, at));
  return items;
}
