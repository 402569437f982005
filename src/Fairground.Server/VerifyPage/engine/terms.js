// The published objects of a draw, each read with a sentence for whatever is not as it must be.

const MOST_STEPS = 8;
const LATEST_TIME = 253402300799;
const SOURCES = ["commit-reveal", "drand", "nist-beacon", "drand+commit-reveal"];

function parseTerms(json) {
  const version = countIn(json, "v");
  const terms = {
    lot: textIn(json, "lot"),
    title: textIn(json, "title"),
    kind: textIn(json, "kind"),
    currency: textIn(json, "currency"),
    price: integerIn(json, "price"),
    entryPrice: integerIn(json, "entryPrice"),
    entries: countIn(json, "entries"),
    maxEntriesPerPerson: countIn(json, "maxEntriesPerPerson"),
    winners: countIn(json, "winners"),
    reserves: countIn(json, "reserves"),
    opensAt: timeIn(json, "opensAt"),
    closesAt: timeIn(json, "closesAt"),
    drawsAt: json.has("drawsAt") ? timeIn(json, "drawsAt") : null,
    outcomes: json.has("outcomes") ? hashIn(json, "outcomes") : null,
    entropy: parseEntropy(objectIn(json, "entropy")),
  };
  if (version !== 1) throw new Unreadable(`Version ${version} of the terms is not known.`);
  if (unixSeconds(terms.closesAt) <= unixSeconds(terms.opensAt)) throw new Unreadable("The sale closes before it opens.");
  return terms;
}

/** The announced source: {source, beacon, commitment, failover}, where beacon and commitment are null if it has none. */
function parseEntropy(json) {
  const source = textIn(json, "source");
  if (!SOURCES.includes(source)) throw new Unreadable(`The entropy source "${source}" is not known.`);
  const beacon = source === "commit-reveal" ? null : parseSource(json, source.split("+")[0]);
  const commitment = source.endsWith("commit-reveal") ? hashIn(json, "commitment") : null;
  if (!json.has("failover")) return { source, beacon, commitment, failover: [] };
  if (beacon === null) throw new Unreadable("A draw by commit-reveal has no beacon to fail over from.");
  return { source, beacon, commitment, failover: parseFailover(listIn(json, "failover")) };
}

/** The members of one beacon. */
function parseSource(json, source) {
  const period = countIn(json, "period", 1);
  const delay = countIn(json, "delaySeconds");
  if (source === "drand") {
    return { source, period, delay, chain: textIn(json, "chain"), publicKey: textIn(json, "publicKey"), scheme: textIn(json, "scheme"), genesis: integerIn(json, "genesis", 0, LATEST_TIME) };
  }
  if (source === "nist-beacon") {
    const certificate = textIn(json, "certificate");
    if (!isHex(certificate, 64)) throw new Unreadable('"certificate" must be 128 lower-case hexadecimal digits.');
    return { source, period, delay, uri: textIn(json, "uri"), chain: integerIn(json, "chain"), certificate };
  }
  throw new Unreadable(`The entropy source "${source}" is not known as a step of a fail-over.`);
}

function parseFailover(list) {
  if (list.length === 0 || list.length > MOST_STEPS) throw new Unreadable(`A fail-over has 1 to ${MOST_STEPS} steps.`);
  let earliest = 1;
  return list.map((item, i) => {
    const json = asObject(item, "A step of the fail-over");
    const after = integerIn(json, "afterSeconds", 1, LATEST_TIME);
    if (json.has("failover")) throw new Unreadable("A step of the fail-over has no fail-over of its own.");
    if (after < earliest) throw new Unreadable(`Step ${i + 1} of the fail-over leaves the step before it no room.`);
    if (textIn(json, "source") === "refund") {
      if (i !== list.length - 1) throw new Unreadable("A refund can only be the last step of a fail-over.");
      return { source: "refund", after, period: 0, delay: 0 };
    }
    const step = { ...parseSource(json, textIn(json, "source")), after };
    if (step.delay < 1) throw new Unreadable(`Step ${i + 1} of the fail-over needs a delay, in which its switch is published.`);
    earliest = after + step.delay + step.period;
    return step;
  });
}

function parseClosing(value) {
  const json = asObject(value, "The closing statement");
  return {
    lot: textIn(json, "lot"),
    termsHash: hashIn(json, "termsHash"),
    size: countIn(json, "size"),
    root: hashIn(json, "root"),
    closedAt: timeIn(json, "closedAt"),
    round: json.has("round") ? integerIn(json, "round", 1) : null,
  };
}

function parseSwitch(value) {
  const json = asObject(value, "The switch");
  return { lot: textIn(json, "lot"), termsHash: hashIn(json, "termsHash"), root: hashIn(json, "root"), step: integerIn(json, "step", 1, MOST_STEPS), at: timeIn(json, "at") };
}

function parseReceipt(value) {
  const json = asObject(value, "The receipt");
  countVersion(json);
  return {
    lot: textIn(json, "lot"),
    termsHash: hashIn(json, "termsHash"),
    purchase: textIn(json, "purchase"),
    holder: hashIn(json, "holder"),
    entries: listIn(json, "entries").map(item => {
      const entry = asObject(item, "An entry of the receipt");
      return { seq: countIn(entry, "seq", 1), number: textIn(entry, "number") };
    }),
    at: timeIn(json, "at"),
  };
}

function parseHead(value) {
  const json = asObject(value, "The head");
  return { at: timeIn(json, "at"), head: hashIn(json, "head"), size: integerIn(json, "size") };
}

const countVersion = json => integerIn(json, "v", 1, 1);

/** A list that is left out where it would be empty. */
function someIn(json, name) {
  const list = listIn(json, name);
  if (list.length === 0) throw new Unreadable(`"${name}" is empty; it must be left out.`);
  return list;
}

/** A bundle: everything but the list of entries. */
function parseBundle(bytes) {
  const json = asObject(parseJson(bytes), "The bundle");
  countVersion(json);
  return {
    terms: objectIn(json, "terms"),
    closing: textIn(json, "closing"),
    entries: textIn(json, "entries"),
    beacon: parseBeacon(objectIn(json, "beacon")),
    winners: parsePlaces(json, "winners"),
    reserves: parsePlaces(json, "reserves"),
    keys: parseJwks(objectIn(json, "jwks")),
    switches: json.has("switches") ? someIn(json, "switches").map(item => asText(item, "A switch")) : [],
    calls: json.has("calls") ? someIn(json, "calls").map(parseCall) : [],
  };
}

/** What was revealed after the closing; kind is "nist-beacon", "drand", or null for a secret alone. */
function parseBeacon(json) {
  const secret = json.has("secret") ? hashIn(json, "secret") : null;
  if (json.has("pulse") && json.has("round")) throw new Unreadable("The beacon shows both a round and a pulse.");
  if (json.has("pulse")) {
    return { kind: "nist-beacon", secret, pulse: objectIn(json, "pulse"), previous: objectIn(json, "previous"), certificate: textIn(json, "certificate"), randomness: hashIn(json, "randomness") };
  }
  if (!json.has("round")) return { kind: null, secret: hashIn(json, "secret") };
  return {
    kind: "drand", secret, round: integerIn(json, "round", 1), signature: textIn(json, "signature"), randomness: hashIn(json, "randomness"),
    previousSignature: json.has("previousSignature") ? textIn(json, "previousSignature") : null,
  };
}

function asText(value, what) {
  if (typeof value !== "string") throw new Unreadable(`${what} must be a string.`);
  return value;
}

const parsePlaces = (json, name) => listIn(json, name).map(item => {
  const place = asObject(item, `A place of "${name}"`);
  return { place: countIn(place, "place"), seq: countIn(place, "seq", 1), number: textIn(place, "number") };
});

function parseCall(value) {
  const json = asObject(value, "A call");
  return {
    place: countIn(json, "place"),
    seq: countIn(json, "seq", 1),
    insteadOf: countIn(json, "insteadOf"),
    reason: textIn(json, "reason"),
    at: timeIn(json, "at"),
    note: json.has("note") ? textIn(json, "note") : null,
  };
}
