// Honest draws of the tests' own making, in node and in a browser: nothing here comes from the page or from the server, but for the BLS curve
// with which a dishonest operator signs rounds of a beacon of its own.

const draws = (() => {
  const LOT = "0199a000-0000-7000-8000-000000000001";
  const text = new TextEncoder();
  const hex = bytes => [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join("");
  const unhex = digits => Uint8Array.from(digits.match(/../g) ?? [], pair => parseInt(pair, 16));
  const join = (...parts) => Uint8Array.from(parts.flatMap(part => [...(typeof part === "string" ? text.encode(part) : part)]));
  const sha = async bytes => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const base64url = bytes => btoa(String.fromCharCode(...(typeof bytes === "string" ? text.encode(bytes) : bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const number = (value, length) => Uint8Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * (length - 1 - i))) & 255n));
  const time = seconds => new Date(seconds * 1000).toISOString().replace(".000", "");
  const second = at => Date.parse(at) / 1000;

  function jcs(value) {
    if (Array.isArray(value)) return `[${value.map(jcs).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return `{${Object.keys(value).sort().map(key => `${JSON.stringify(key)}:${jcs(value[key])}`).join(",")}}`;
  }

  /** A key of an operator: signs, and stands in a key set. */
  async function operator(kid = "2026-01") {
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    const sign = async (payload, header = {}) => {
      const signed = base64url(JSON.stringify({ alg: "ES256", kid, ...header })) + "." + base64url(typeof payload === "string" ? payload : jcs(payload));
      return signed + "." + base64url(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, text.encode(signed))));
    };
    return { kid, sign, jwk: { kty, crv, x, y, kid, alg: "ES256", use: "sig" } };
  }

  async function root(leaves) {
    if (leaves.length === 0) return sha(new Uint8Array(0));
    if (leaves.length === 1) return sha(join([0], leaves[0]));
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return sha(join([1], await root(leaves.slice(0, split)), await root(leaves.slice(split))));
  }

  async function path(leaves, index) {
    if (leaves.length === 1) return [];
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
    return index < split ? [...(await path(left, index)), hex(await root(right))] : [...(await path(right, index - split)), hex(await root(left))];
  }

  async function places(seed, holders, count) {
    const [chosen, taken] = [[], new Set()];
    while (chosen.length < count && taken.size < new Set(holders).size) {
      for (let j = 0; ; j++) {
        const x = BigInt("0x" + hex(await sha(join(seed, number(chosen.length, 4), number(j, 4)))));
        const index = Number(x % BigInt(holders.length));
        if (taken.has(holders[index])) continue;
        taken.add(holders[index]);
        chosen.push(index + 1);
        break;
      }
    }
    return chosen;
  }

  /** A whole draw of 12 entries in 7 hands. options: entropy (for the terms), beacon (for the bundle), randomness (32 bytes), closedAt, drawsAt, round, numbers, terms, switches. */
  async function draw(options = {}) {
    const self = options.operator ?? (await operator());
    const secret = await sha(text.encode("a secret"));
    const commitment = hex(await sha(secret));
    const closedAt = options.closedAt ?? "2026-01-08T00:00:00Z";
    const terms = {
      v: 1, lot: LOT, title: "Чайник «Заря»", kind: "certificates", currency: "KZT", price: 3000000, entryPrice: 250000, entries: 12, maxEntriesPerPerson: 5, winners: 2, reserves: 3,
      opensAt: "2015-01-01T00:00:00Z", closesAt: closedAt, entropy: options.entropy ?? { source: "commit-reveal", commitment }, unsoldPolicy: "draw-anyway", ...options.terms,
    };
    if (options.drawsAt) terms.drawsAt = options.drawsAt;
    const holders = [];
    for (let seq = 1; seq <= 12; seq++) holders.push(hex(await sha(join("fairground/holder/v1", LOT, [0], "000102030405060708090a0b0c0d0e0f", [0], `person-${(seq * 5) % 7}`))));
    const numbers = holders.map((_, i) => options.numbers?.[i] ?? `K${i + 1}R4TB7QWXY`.slice(0, 11) + (i % 10));
    const entries = holders.map((holder, i) => jcs({ holder, lot: LOT, number: numbers[i], seq: i + 1 }));
    const made = { LOT, operator: self, terms, holders, numbers, entries, closedAt, secret: hex(secret), commitment, options };
    return Object.assign(made, await close(made));
  }

  /** Closes and draws what stands in terms and entries: for the honest, and for an operator that signs whatever it likes. */
  async function close({ operator: self, terms, holders, numbers, entries, closedAt, secret, options }) {
    const termsHash = await sha(text.encode(jcs(terms)));
    const treeRoot = await root(entries.map(leaf => text.encode(leaf)));
    const closing = { lot: terms.lot, termsHash: hex(termsHash), size: entries.length, root: hex(treeRoot), closedAt };
    if (options.round) closing.round = options.round;
    const seed = await sha(join("fairground/draw/v1", termsHash, treeRoot, number(entries.length, 8), options.randomness ?? unhex(secret)));
    const chosen = (await places(seed, holders, terms.winners + terms.reserves)).map((seq, place) => ({ place, seq, number: numbers[seq - 1] }));
    const bundle = {
      v: 1, terms, closing: await self.sign(closing, { typ: "fairground-closing+jws" }), entries: "entries.txt", beacon: options.beacon ?? { secret },
      winners: chosen.slice(0, terms.winners), reserves: chosen.slice(terms.winners), jwks: { keys: [self.jwk] },
    };
    return { closing, bundle, root: hex(treeRoot), termsHash: hex(termsHash) };
  }

  /** A closing log with another lot's line before and after. lines: [{at, closing | switch}]. */
  async function log(lines) {
    const out = [];
    let previous = "0".repeat(64);
    for (const [index, line] of lines.entries()) {
      out.push(jcs({ ...line, index, previous }));
      previous = hex(await sha(text.encode(out.at(-1))));
    }
    return { lines: out, head: previous, text: out.map(line => line + "\n").join("") };
  }

  const receipt = (d, seq, change = {}) => d.operator.sign({
    v: 1, lot: LOT, termsHash: d.termsHash, purchase: "p-1", holder: d.holders[seq - 1], entries: [{ seq, number: d.numbers[seq - 1] }], at: "2026-01-02T00:00:00Z", ...change,
  }, { typ: "fairground-receipt+jws" });

  const inclusion = async (d, seq) => ({ seq, leaf: d.entries[seq - 1], size: d.entries.length, root: d.root, path: await path(d.entries.map(leaf => text.encode(leaf)), seq - 1) });

  /** A draw by a real round of drand: it closes 30 seconds before the round. */
  async function drandDraw({ chain, beacon, previous = null, extra = {}, mixed = false, ...more }) {
    const at = chain.genesis_time + (beacon.round - 1) * chain.period;
    const secret = await sha(text.encode("a secret"));
    const b = await sha(unhex(beacon.signature));
    const entropy = {
      source: mixed ? "drand+commit-reveal" : "drand", chain: chain.hash, publicKey: chain.public_key, scheme: chain.scheme, genesis: chain.genesis_time, period: chain.period, delaySeconds: 30,
      ...(mixed ? { commitment: hex(await sha(secret)) } : {}), ...extra,
    };
    const shown = { round: beacon.round, signature: beacon.signature, randomness: hex(b), ...(previous === null ? {} : { previousSignature: previous }), ...(mixed ? { secret: hex(secret) } : {}) };
    return draw({ entropy, beacon: shown, closedAt: time(at - 30), round: beacon.round, randomness: mixed ? await sha(join("fairground/mix/v1", b, secret)) : b, ...more });
  }

  /** A beacon in the format of NIST with a key of its own and a certificate that nobody signed; its second pulse comes at the given second. */
  async function pulseBeacon(at) {
    const sha512 = async bytes => new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));
    const pair = await crypto.subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-512" }, true, ["sign"]);
    const der = (tag, ...content) => {
      const bytes = join(...content);
      return bytes.length < 128 ? join([tag, bytes.length], bytes) : join([tag, 0x82], number(bytes.length, 2), bytes);
    };
    const empty = der(0x30);
    const key = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
    const certificate = der(0x30, der(0x30, der(0xa0, der(2, [2])), der(2, [1]), empty, empty, empty, empty, key), empty, der(3, [0]));
    const certificateId = hex(await sha512(certificate));
    const pem = `-----BEGIN CERTIFICATE-----\n${btoa(String.fromCharCode(...certificate))}\n-----END CERTIFICATE-----\n`;
    const counted = bytes => join(number(typeof bytes === "string" ? text.encode(bytes).length : bytes.length, 4), bytes);

    async function sign(pulse) {
      const h = name => counted(unhex(pulse[name]));
      const message = join(
        counted(pulse.uri), counted(pulse.version), number(pulse.cipherSuite, 4), number(pulse.period, 4), h("certificateId"), number(pulse.chainIndex, 8), number(pulse.pulseIndex, 8), counted(pulse.timeStamp), h("localRandomValue"),
        counted(unhex(pulse.external.sourceId)), number(pulse.external.statusCode, 4), counted(unhex(pulse.external.value)), ...pulse.listValues.map(item => counted(unhex(item.value))), h("precommitmentValue"), number(pulse.statusCode, 4));
      const signature = new Uint8Array(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", pair.privateKey, message));
      return { ...pulse, signatureValue: hex(signature), outputValue: hex(await sha512(join(message, signature))) };
    }

    const pulse = (index, second, previous, local, next) => ({
      uri: `https://beacon.example/chain/1/pulse/${index}`, version: "2.0", cipherSuite: 0, period: 60000, certificateId, chainIndex: 1, pulseIndex: index, timeStamp: new Date(second * 1000).toISOString(), localRandomValue: local,
      external: { sourceId: "00".repeat(64), statusCode: 0, value: "00".repeat(64) }, listValues: ["previous", "hour", "day", "month", "year"].map(type => ({ type, value: type === "previous" ? previous : "00".repeat(64) })),
      precommitmentValue: next, statusCode: 0,
    });
    return {
      entropy: { source: "nist-beacon", uri: "https://beacon.example", chain: 1, certificate: certificateId, period: 60, delaySeconds: 30 },
      /** Both pulses and what goes with them, after a change of either that the beacon signs. */
      async beacon({ previous = {}, pulse: own = {} }) {
        const local = "cd".repeat(64);
        const before = await sign({ ...pulse(1, at - 60, "00".repeat(64), "ef".repeat(64), hex(await sha512(unhex(local)))), ...lower(previous) });
        const after = await sign({ ...pulse(2, at, before.outputValue, local, "00".repeat(64)), ...lower(own) });
        return { pulse: after, previous: before, certificate: pem, randomness: hex(await sha(unhex(after.outputValue))) };
      },
    };
  }

  const lower = change => Object.fromEntries(Object.entries(change).map(([name, value]) => [name, typeof value === "string" ? value.toLowerCase() : value]));

  /** The list of a draw as published. */
  const list = d => d.entries.map(leaf => leaf + "\n").join("");

  return { LOT, jcs, hex, unhex, join, sha, base64url, number, time, second, operator, draw, close, log, receipt, inclusion, drandDraw, pulseBeacon, list, text };
})();
