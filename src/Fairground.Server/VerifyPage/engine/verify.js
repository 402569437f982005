// One verification, step by step. Whatever is wrong becomes a failed step with a sentence; nothing is believed because it was said.

const PROMISES = {
  "commit-reveal": ["doubt", "The operator cannot change its secret, but knows it while entries are sold, so an operator that enters last could choose its own entries."],
  "drand": ["passed", "Nobody, the operator included, could know or bend the outcome once the entries were frozen."],
  "drand+commit-reveal": ["passed", "Neither the operator nor whoever might lead the beacon could know or bend the outcome once the entries were frozen. The operator saw it first and could have kept its secret back, in everybody's sight."],
  "nist-beacon": ["doubt", "The operator could not know or bend the outcome once the entries were frozen. Whoever runs the beacon could, if it knew of the draw."],
};

/** The first hundred of many. */
const listed = numbers => numbers.slice(0, 100).join(", ") + (numbers.length > 100 ? ` and ${numbers.length - 100} more` : "");

/** Checks a draw. files: {bundle, entries, keys, receipts, inclusions, logs, heads, outcomes, beacons}, bytes but for entries, which is an async
 *  iterable of chunks, or null; keysFrom says in words where the keys come from, lot which lot is meant, both where that is known. hooks: step(step), progress(bytes, lines), breathe(). Gives {verdict, sentence, steps}. */
async function verifyDraw(files, hooks = {}) {
  const run = new Verification(files, hooks);
  await run.all();
  return run.report();
}

class Verification {
  constructor(files, { step = () => {}, progress = () => {}, breathe = async () => {} }) {
    Object.assign(this, { files, tell: step, progress, breathe });
    this.steps = [];
  }

  report() {
    const failed = this.steps.find(step => step.outcome === "failed");
    const doubts = this.steps.some(step => step.outcome === "doubt");
    const verdict = failed ? "failed" : doubts ? "doubts" : "passed";
    const sentence = {
      passed: "The draw holds: every step was recomputed and agrees.",
      doubts: "Every step that was recomputed agrees; read the cautions before you rely on it.",
      failed: `The draw does not hold: ${failed?.sentence}`,
    }[verdict];
    return { verdict, sentence, steps: this.steps };
  }

  say(outcome, id, sentence) {
    const step = { id, outcome, sentence };
    this.steps.push(step);
    this.tell(step);
  }

  pass(id, sentence) { this.say("passed", id, sentence); }

  doubt(id, sentence) { this.say("doubt", id, sentence); }

  fail(id, sentence) { this.say("failed", id, sentence); }

  holds(id) { return this.steps.some(step => step.id === id && step.outcome === "passed"); }

  /** What a reader gives; where it finds something unreadable, a failed step and null. */
  reading(id, what, read) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.fail(id, `${what} cannot be read: ${error.message}`);
      return null;
    }
  }

  async all() {
    this.bundle = this.reading("bundle", "The bundle", () => parseBundle(this.files.bundle));
    if (this.bundle === null || !this.checkTerms() || !this.checkKeys()) return;
    this.checkClosing();
    this.checkClosingTerms();
    this.checkRound();
    await this.breathe();
    await this.checkEntries();
    this.checkLimits();
    this.checkRoot();
    await this.breathe();
    this.checkSwitches();
    this.checkEntropy();
    await this.breathe();
    this.checkPlaces();
    this.checkCalls();
    await this.checkOutcomes();
    this.checkReceipts();
    this.checkInclusions();
    await this.breathe();
    this.checkLogs();
    this.checkHeads();
    this.checkBroughtBeacons();
  }

  checkTerms() {
    this.terms = this.reading("terms", "The terms", () => {
      this.termsHash = sha256(toBytes(canonical(this.bundle.terms)));
      return parseTerms(this.bundle.terms);
    });
    if (this.terms === null) return false;
    const asked = this.files.lot?.toLowerCase();
    if (asked !== undefined && asked !== this.terms.lot.toLowerCase()) this.fail("terms", `The bundle is of lot "${this.terms.lot}", not of lot "${asked}" for which you asked.`);
    else this.pass("terms", `The terms of lot "${this.terms.lot}" can be read; their hash is ${hex(this.termsHash)}.`);
    return true;
  }

  checkKeys() {
    this.keys = this.bundle.keys;
    const brought = this.files.keys ?? null;
    if (brought === null) {
      this.doubt("keys", "Signatures are checked against the keys in the bundle itself; compare them with the keys that the server has published.");
      return true;
    }
    this.keys = this.reading("keys", "The keys", () => parseJwks(parseJson(brought)));
    if (this.keys !== null) this.pass("keys", `Signatures are checked against the keys that ${this.files.keysFrom ?? "you brought"}.`);
    return this.keys !== null;
  }

  checkClosing() {
    const check = checkJws(this.bundle.closing, this.keys, "closing");
    this.closing = null;
    if (check.payload === null) return this.fail("closing.signature", `The closing statement is not signed by the server. ${check.problem}`);
    this.closing = this.reading("closing.signature", "The closing statement", () => parseClosing(parseJson(check.payload)));
    this.closingPayload = check.payload;
    if (this.closing !== null) this.pass("closing.signature", `The closing statement of ${this.closing.closedAt} is signed by the server's key "${check.kid}".`);
  }

  checkClosingTerms() {
    if (this.closing === null) return;
    const [{ lot, termsHash }, mine] = [this.closing, hex(this.termsHash)];
    if (lot !== this.terms.lot) this.fail("closing.terms", `The closing is of lot "${lot}", the terms are of lot "${this.terms.lot}".`);
    else if (termsHash !== mine) this.fail("closing.terms", `The terms were changed: they hash to ${mine}, but the closing was signed for ${termsHash}.`);
    else if (unixSeconds(this.closing.closedAt) < unixSeconds(this.terms.opensAt)) this.fail("closing.terms", `The closing is dated ${this.closing.closedAt}, before the sale opened at ${this.terms.opensAt}.`);
    else this.pass("closing.terms", "The closing was signed for exactly these terms.");
  }

  /** The time from which the first source may decide, and when that is due. */
  checkRound() {
    if (this.closing === null) return;
    const { beacon } = this.terms.entropy;
    if (beacon !== null) {
      this.decidesFrom = unixSeconds(this.closing.closedAt) + beacon.delay;
      if (this.terms.drawsAt !== null) this.decidesFrom = Math.max(this.decidesFrom, unixSeconds(this.terms.drawsAt));
    }
    if (beacon?.source !== "drand") {
      if (beacon !== null) this.dueAt = Math.ceil(this.decidesFrom / beacon.period) * beacon.period;
      if (this.closing.round !== null) this.fail("closing.round", `The closing names a beacon round, but the terms say ${this.terms.entropy.source}.`);
      return;
    }
    const round = roundAtOrAfter(beacon, this.decidesFrom);
    this.dueAt = timeOfRound(beacon, round);
    if (this.closing.round !== round) this.fail("closing.round", `The closing names round ${this.closing.round ?? "none"}, but the terms and the time of closing fix round ${round}.`);
    else this.pass("closing.round", `The closing names round ${round}, the one that the terms and the time of closing fix.`);
  }

  async checkEntries() {
    this.entries = null;
    if (!this.files.entries) return this.fail("entries", "The list of entries was not given, so nothing that rests on it could be recomputed.");
    const list = await EntryList.read(this.files.entries, this.terms.lot, async (bytes, lines) => {
      this.progress(bytes, lines);
      await this.breathe();
    });
    if (list.problem !== null) return this.fail("entries", list.problem);
    this.entries = list;
    this.pass("entries", `The list holds entries 1 to ${list.count} in order, each once.`);
  }

  checkLimits() {
    if (this.entries === null) return;
    const most = this.entries.largest();
    const { entries, maxEntriesPerPerson } = this.terms;
    if (this.entries.count > entries) this.fail("entries.limits", `The list holds ${this.entries.count} entries, but the terms allow ${entries}.`);
    else if (most.entries > maxEntriesPerPerson) this.doubt("entries.limits", `Holder ${most.holder} has ${most.entries} entries, but the terms allow one person ${maxEntriesPerPerson}.`);
    else this.pass("entries.limits", `No more than ${entries} entries were sold, and no holder has more than ${maxEntriesPerPerson}.`);
  }

  checkRoot() {
    if (this.entries === null || this.closing === null) return;
    this.root = this.entries.tree.root();
    const [root, { count }] = [hex(this.root), this.entries];
    if (this.closing.size !== count) this.fail("closing.size", `The closing counts ${this.closing.size} entries, but the list holds ${count}.`);
    else this.pass("closing.size", `The list is as long as the closing says: ${count}.`);
    if (this.closing.root !== root) this.fail("closing.root", `The entries were changed: their root is ${root}, but the closing froze ${this.closing.root}.`);
    else this.pass("closing.root", `The entries are those that the closing froze; their root is ${root}.`);
  }

  checkPlaces() {
    if (this.entries === null || !this.randomness || !this.holds("closing.terms") || !this.holds("closing.root")) {
      return this.doubt("winners", "The winners were not recomputed, because a step before this one failed.");
    }
    const { winners, reserves } = this.terms;
    const seed = seedOf(this.termsHash, this.root, this.entries.count, this.randomness);
    this.pass("seed", `The seed follows from the terms, the root, the number of entries and the randomness: ${hex(seed)}.`);
    const places = choosePlaces(seed, this.entries.count, seq => this.entries.holderOf[seq - 1], Math.min(winners + reserves, this.entries.count));
    this.comparePlaces("winners", "winner", 0, places.slice(0, winners), this.bundle.winners);
    this.comparePlaces("reserves", "reserve", winners, places.slice(winners), this.bundle.reserves);
  }

  comparePlaces(id, what, first, computed, published) {
    for (let i = 0; i < Math.max(computed.length, published.length); i++) {
      const problem = this.placeProblem(what, first + i, computed[i], published[i]);
      if (problem !== null) return this.fail(id, problem);
    }
    this.pass(id, computed.length === 0 ? `There is no ${what}, and none is listed.` : `Recomputed ${what} entries, in order: ${listed(computed)}; the bundle lists the same.`);
  }

  placeProblem(what, place, computed, published) {
    if (published === undefined) return `The ${what} for place ${place} is missing from the bundle: entry ${computed} was drawn.`;
    if (computed === undefined) return `The bundle lists entry ${published.seq} as a ${what} for place ${place}, where nobody was drawn.`;
    if (published.place !== place) return `The bundle lists place ${published.place} where place ${place} belongs.`;
    if (published.seq !== computed) return `The ${what} for place ${place} is entry ${computed}, but the bundle lists entry ${published.seq}.`;
    const number = this.entries.number(computed);
    return published.number === number ? null : `The ${what} for place ${place} is entry ${computed} with the number ${number}, but the bundle gives the number ${published.number}.`;
  }
}
