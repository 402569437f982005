// The steps that find out whether the randomness is the one that was fixed beforehand: fail-over, beacon, secret.

Object.assign(Verification.prototype, {
  /** Walks the signed switches; afterwards this.force is the source that decides, with the time from which it does. */
  checkSwitches() {
    const { beacon, failover } = this.terms.entropy;
    this.force = { source: beacon, from: this.decidesFrom, step: 0 };
    this.switches = [];
    const list = this.bundle.switches;
    if (list.length === 0 || this.closing === null) return;
    for (const jws of list) {
      const { value, problem } = readSigned(jws, this.keys, "switch", parseSwitch);
      if (value === null) return this.failSwitch(`A switch of the source is not signed by the server. ${problem}`);
      const wrong = this.switchProblem(value, failover);
      if (wrong !== null) return this.failSwitch(wrong);
      const source = failover[value.step - 1];
      this.force = { source, from: this.dueAt + source.after + source.delay, step: value.step };
      this.switches.push({ ...value, jws });
    }
    const last = this.switches.at(-1);
    if (this.force.source.source === "refund") return this.failSwitch(`The switch of ${last.at} says that everybody is paid back, so there must be no draw.`);
    // That the beacon was out of reach is the operator's word; nothing that was published can show it.
    this.doubt("switches", `The source was switched at ${last.at} to ${this.force.source.source}, in the time that the terms give step ${last.step}. That the source before it could not be had is the operator's word: look it up, and bring the round here if it exists.`);
  },

  failSwitch(sentence) {
    this.force = null;
    this.fail("switches", sentence);
  },

  switchProblem({ lot, termsHash, root, step, at }, failover) {
    if (lot !== this.terms.lot || termsHash !== hex(this.termsHash) || root !== this.closing.root) return "A switch of the source is of another lot, other terms or another list.";
    if (step > failover.length) return `A switch names step ${step} of a fail-over that has ${failover.length}.`;
    if (step <= this.force.step) return `The switches are out of order: step ${step} comes after step ${this.force.step}.`;
    return this.windowProblem(failover[step - 1], step, at, "signed");
  },

  /** A switch counts only between the time when its step is due and the time from which that step's randomness could be known. */
  windowProblem(source, step, at, what) {
    const [due, second] = [this.dueAt + source.after, unixSeconds(at)];
    if (second < due) return `The switch of step ${step} was ${what} at ${at}, before it was due.`;
    if (source.source !== "refund" && second >= due + source.delay) return `The switch of step ${step} was ${what} at ${at}, when its randomness could be known already.`;
    return null;
  },

  checkEntropy() {
    const { source, commitment } = this.terms.entropy;
    const { beacon } = this.bundle;
    const force = this.force?.source ?? null;
    this.randomness = null;
    if (this.force === null) return this.doubt("entropy", "The randomness was not checked, because a switch of the source does not hold.");
    const { kind } = beacon;
    if (kind !== (force?.source ?? null) || (beacon.secret !== null) !== (commitment !== null)) return this.fail("entropy", "The bundle reveals another kind of randomness than the terms announce.");
    const found = this.tryEntropy(() => (kind === "drand" ? this.drandRandomness(force, beacon) : kind === "nist-beacon" ? this.nistRandomness(force, beacon) : null));
    const secret = commitment === null ? null : this.tryEntropy(() => this.secretOf(beacon.secret, commitment));
    if ((kind === null || found) && (commitment === null || secret)) {
      this.randomness = found && secret ? sha256(join(toBytes("fairground/mix/v1"), found, secret)) : found ?? secret;
      this.checkChain(force);
    }
    // What a beacon promises is said of one that was found genuine; what commit-reveal does not promise, always.
    if (this.randomness !== null || source === "commit-reveal") this.say(PROMISES[source][0], "entropy.promise", PROMISES[source][1]);
  },

  tryEntropy(find) {
    try {
      return find();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.fail("entropy", error.message);
      return null;
    }
  },

  secretOf(secret, commitment) {
    const hash = hex(sha256(fromHex(secret)));
    if (hash !== commitment) throw new Unreadable(`The secret does not match the commitment: it hashes to ${hash}, but the terms committed to ${commitment}.`);
    this.pass("entropy", `The revealed secret is the one to which the terms committed: its hash is ${hash}.`);
    return fromHex(secret);
  },

  drandRandomness(source, beacon) {
    const { round, signature, randomness: claimed, previousSignature: previous } = beacon;
    if (this.force.step === 0 && this.closing !== null && this.closing.round !== null && this.closing.round !== round) throw new Unreadable(`The bundle draws from round ${round}, but the closing named round ${this.closing.round}.`);
    if (this.force.step > 0 && round !== roundAtOrAfter(source, this.force.from)) throw new Unreadable(`The bundle draws from round ${round}, but the switch fixes round ${roundAtOrAfter(source, this.force.from)}.`);
    if (!isHex(signature) || (previous !== null && !isHex(previous))) throw new Unreadable("The signature of the beacon is not lower-case hexadecimal.");
    const randomness = sha256(fromHex(signature));
    if (hex(randomness) !== claimed) throw new Unreadable("The randomness is not the hash of the beacon's signature.");
    if (!Object.hasOwn(SCHEMES, source.scheme)) throw new Unreadable(`The beacon's scheme "${source.scheme}" is not known.`);
    if (!verifyDrand(source, round, fromHex(signature), previous === null ? null : fromHex(previous))) throw new Unreadable(`The signature of beacon round ${round} does not verify under the chain's public key.`);
    this.pass("entropy", `The signature of beacon round ${round} verifies under the chain's public key; its hash is ${claimed}.`);
    return randomness;
  },

  nistRandomness(source, beacon) {
    if (this.force.from === undefined) throw new Unreadable("Which pulse decides is not known, because the closing does not hold.");
    const pulse = decidingPulse(source, this.force.from, beacon);
    const randomness = sha256(pulse.outputValue);
    if (hex(randomness) !== beacon.randomness) throw new Unreadable("The randomness is not the hash of the pulse's output value.");
    this.pulseAt = pulse.at;
    this.pass("entropy", `The pulse of ${pulse.stamp} is signed by the beacon and is the first that decides; its output value hashes to ${hex(randomness)}.`);
    return randomness;
  },

  /** A signature proves little under a key that the operator made itself. */
  checkChain(source) {
    if (source?.source === "nist-beacon" && KNOWN_CERTIFICATES.includes(source.certificate)) return this.pass("entropy.chain", "The certificate is one with which the beacon of NIST signs.");
    if (source?.source === "nist-beacon") return this.doubt("entropy.chain", `Compare the certificate of the beacon, ${source.certificate}, with the one that its operator publishes at ${source.uri}.`);
    if (source?.source !== "drand") return;
    const known = knownChain(source);
    if (known === null) this.doubt("entropy.chain", `This page does not know the drand chain ${source.chain}: compare its public key with the one that the beacon's operators publish.`);
    else if (known.problem) this.fail("entropy.chain", known.problem);
    else this.pass("entropy.chain", `The public key is that of the drand chain ${known.name}.`);
  },

  /** Rounds that the reader brought: of the source that decided, or of one that was said to be out of reach. */
  checkBroughtBeacons() {
    for (const bytes of this.files.beacons ?? []) {
      const json = this.reading("beacon", "The beacon that you brought", () => asObject(parseJson(bytes), "It"));
      if (json !== null && this.closing !== null) this.say(...this.broughtBeacon(json));
    }
  },

  broughtBeacon(json) {
    const { beacon, failover } = this.terms.entropy;
    const sources = [{ source: beacon, from: this.decidesFrom, step: 0 }, ...failover.map((source, i) => ({ source, from: this.dueAt + source.after + source.delay, step: i + 1 }))];
    for (const { source, from, step } of sources) {
      if (source === null || source === undefined || this.force === null || step > this.force.step) continue;
      const found = source.source === "drand" ? this.broughtRound(json, source, from) : source.source === "nist-beacon" ? this.broughtPulse(json, source, from) : null;
      if (found === null) continue;
      if (!found.genuine) return ["failed", "beacon", `The ${found.what} that you brought does not verify under the ${found.under}.`];
      if (step < this.force.step) return ["doubt", "beacon", `The ${found.what} that was said to be out of reach exists: you brought it, and it verifies. Ask the operator why the source was switched.`];
      return found.decided ? ["passed", "beacon", `The ${found.what} that you brought is the one in the bundle.`] : ["failed", "beacon", `The ${found.what} that you brought is not the one in the bundle.`];
    }
    return ["doubt", "beacon", "The beacon that you brought is of no round that this draw could use."];
  },

  broughtRound(json, source, from) {
    const round = roundAtOrAfter(source, from);
    if (json.get("round")?.value !== round || typeof json.get("signature") !== "string") return null;
    const previous = json.get("previousSignature") ?? json.get("previous_signature");
    const chained = Object.hasOwn(SCHEMES, source.scheme) && SCHEMES[source.scheme].chained;
    const genuine = isHex(json.get("signature")) && verifyDrand(source, round, fromHex(json.get("signature")), chained && typeof previous === "string" && isHex(previous) ? fromHex(previous) : null);
    return { what: `round ${round}`, under: "chain's public key", genuine, decided: json.get("signature") === this.bundle.beacon.signature };
  },

  /** A pulse of another minute says nothing; one of the deciding minute must be the beacon's. */
  broughtPulse(json, source, from) {
    if (!json.has("pulse") || !json.has("previous") || !json.has("certificate")) return null;
    try {
      const brought = { pulse: objectIn(json, "pulse"), previous: objectIn(json, "previous"), certificate: textIn(json, "certificate") };
      const stamp = parsePulse(brought.pulse).at;
      if (stamp < from || stamp >= from + source.period) return null;
      const pulse = decidingPulse(source, from, brought);
      return { what: `pulse of ${pulse.stamp}`, under: "certificate that the terms name", genuine: true, decided: this.bundle.beacon.kind === "nist-beacon" && same(pulse.outputValue, parsePulse(this.bundle.beacon.pulse).outputValue) };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return { what: "pulse", under: "certificate that the terms name", genuine: false, decided: false };
    }
  },
});
