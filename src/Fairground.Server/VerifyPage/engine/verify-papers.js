// The steps for the papers that people keep: calls of reserves, table of outcomes, receipts, inclusion proofs, closing log and its heads.

const REASONS = ["unclaimed", "waived", "unpaid", "disqualified"];

Object.assign(Verification.prototype, {
  checkCalls() {
    const { calls, winners, reserves } = this.bundle;
    if (calls.length === 0) return;
    const held = new Set(winners.map(win => win.place));
    let before = null;
    for (const [i, call] of calls.entries()) {
      const problem = this.callProblem(call, reserves[i], held, before);
      if (problem !== null) return this.fail("calls", problem);
      held.delete(call.insteadOf);
      held.add(call.place);
      before = call;
    }
    if (!this.holds("reserves")) return this.doubt("calls", "The calls follow the order of the reserves in the bundle, which could not be confirmed.");
    this.pass("calls", `Reserves were called in the published order, each for a reason that the rules know: ${calls.map(call => `entry ${call.seq} (${call.reason})`).join(", ")}.`);
  },

  callProblem(call, reserve, held, before) {
    if (reserve === undefined) return `The bundle calls entry ${call.seq}, but no reserve is left.`;
    if (call.place !== reserve.place) return `The reserve at place ${call.place} was called, but place ${reserve.place} comes next in the published order.`;
    if (call.seq !== reserve.seq) return `The call for place ${call.place} names entry ${call.seq}, but that place is of entry ${reserve.seq}.`;
    if (!held.has(call.insteadOf)) return `The reserve at place ${call.place} was called instead of place ${call.insteadOf}, which nobody held any more.`;
    if (!REASONS.includes(call.reason)) return `The reserve at place ${call.place} was called for "${call.reason}", which is no reason that the rules know.`;
    if (call.reason === "disqualified" && !call.note?.trim()) return `The holder of place ${call.insteadOf} was disqualified without a word on how.`;
    if (before !== null && unixSeconds(call.at) < unixSeconds(before.at)) return `The call for place ${call.place} is dated before the one above it.`;
    if (this.closing !== null && unixSeconds(call.at) < unixSeconds(this.closing.closedAt)) return `The call for place ${call.place} is dated before the closing.`;
    return null;
  },

  async checkOutcomes() {
    const given = this.files.outcomes ?? null;
    if (given === null) return;
    const table = this.reading("outcomes", "The table of outcomes", () => parseOutcomes(given));
    if (table === null) return;
    if (this.terms.outcomes === null) return this.fail("outcomes", "The terms bind no table of outcomes.");
    if (table.hash !== this.terms.outcomes) return this.fail("outcomes", `The table of outcomes is not the one in the terms: it hashes to ${table.hash}, the terms say ${this.terms.outcomes}.`);
    const other = ["currency", "price", "entryPrice", "entries", "winners"].find(name => table[name] !== this.terms[name]);
    if (other !== undefined) return this.fail("outcomes", `The table of outcomes gives another "${other}" than the terms.`);
    const problem = await outcomeProblem(table, this.terms.winners, this.breathe);
    if (problem !== null) return this.fail("outcomes", problem);
    const at = this.entries === null ? null : outcomeAt(table, this.entries.count);
    if (at === null) return this.pass("outcomes", "The table of outcomes is the one in the terms.");
    if (at.outcome === "refund") return this.fail("outcomes", `The table of outcomes pays everybody back at ${this.entries.count} sold entries, so there must be no draw.`);
    if (this.terms.winners > 0 && this.entries.count > 0 && at.winners === 0n) return this.fail("outcomes", `The table of outcomes says that nobody wins at ${this.entries.count} sold entries, but there was a draw.`);
    const money = amount => `${amount} minor units of ${table.currency}`;
    this.pass("outcomes", `The table of outcomes is the one in the terms. At ${this.entries.count} sold entries: ${at.winners} of ${this.entries.count} entries win, ${money(at.collected)} come in, the seller gets ${money(at.seller)}, the operator keeps ${money(at.operator)}.`);
  },

  checkReceipts() {
    for (const jws of this.files.receipts ?? []) {
      const { value, problem } = readSigned(jws, this.keys, "receipt", parseReceipt);
      if (value === null) {
        this.fail("receipt", `The receipt is not one of the server's. ${problem}`);
        continue;
      }
      const contradiction = this.receiptProblem(value);
      if (contradiction !== null) this.fail("receipt", contradiction);
      else if (this.entries === null) this.doubt("receipt", "The receipt was not compared with the entries, because the list of entries does not hold.");
      else this.pass("receipt", `The published entries agree with the receipt of purchase ${value.purchase}.`);
    }
  },

  receiptProblem(receipt) {
    if (receipt.lot !== this.terms.lot) return `The receipt is for lot "${receipt.lot}", not for lot "${this.terms.lot}".`;
    if (receipt.termsHash !== hex(this.termsHash)) return `The receipt proves fraud: it was given for terms that hash to ${receipt.termsHash}, not for these.`;
    if (receipt.entries.length === 0) return "The receipt names no entry.";
    if (this.entries === null) return null;
    for (const { seq, number } of receipt.entries) {
      if (seq > this.entries.count) return `The receipt proves fraud: it names entry ${seq}, which the published entries lack.`;
      if (this.entries.number(seq) !== number) return `The receipt proves fraud: it gives entry ${seq} the number ${number}, the published entries give it ${this.entries.number(seq)}.`;
      if (this.entries.holder(seq) !== receipt.holder) return `The receipt proves fraud: the published entries give entry ${seq} to another holder.`;
    }
    return null;
  },

  /** One entry's path to the signed root; it needs no list. */
  checkInclusions() {
    for (const bytes of this.files.inclusions ?? []) {
      const proof = this.reading("inclusion", "The inclusion proof", () => {
        const json = asObject(parseJson(bytes), "It");
        const leaf = textIn(json, "leaf");
        return {
          seq: countIn(json, "seq", 1), size: countIn(json, "size", 1), leaf, entry: asObject(parseJson(leaf), "The leaf"),
          path: listIn(json, "path").map(item => {
            if (typeof item !== "string" || !isHex(item, 32)) throw new Unreadable("A hash of the path must be 64 lower-case hexadecimal digits.");
            return fromHex(item);
          }),
        };
      });
      if (proof === null) continue;
      const problem = this.inclusionProblem(proof);
      if (problem !== null) this.fail("inclusion", problem);
      else this.pass("inclusion", `Entry ${proof.seq}, number ${proof.entry.get("number")}, stands in the frozen list: its path leads to the signed root.`);
    }
  },

  inclusionProblem({ seq, size, leaf, entry, path }) {
    if (this.closing === null) return "The inclusion proof could not be checked, because the closing does not hold.";
    if (canonical(entry) !== leaf || entry.get("seq")?.value !== seq) return "The leaf of the inclusion proof is not in canonical form, or is of another entry.";
    if (entry.get("lot") !== this.terms.lot) return `The inclusion proof is of lot "${entry.get("lot")}", not of lot "${this.terms.lot}".`;
    if (size !== this.closing.size) return `The inclusion proof is of a list of ${size} entries, but the closing counts ${this.closing.size}.`;
    const root = rootOfInclusion(leafHash(toBytes(leaf)), seq - 1, size, path);
    if (root === null || hex(root) !== this.closing.root) return `The inclusion proof of entry ${seq} does not lead to the root that the closing froze.`;
    return null;
  },

  checkLogs() {
    const [own, ...others] = this.files.logs ?? [];
    this.log = null;
    if (own === undefined) {
      if (this.terms.entropy.beacon !== null) this.doubt("log", "No copy of the closing log was given, so it was not checked that the closing was public before its randomness.");
      return;
    }
    const log = this.reading("log", "The closing log", () => readLog(own));
    if (log === null) return;
    if (log.problem !== null) return this.fail("log", log.problem);
    this.log = log.lines;
    if (this.closing !== null) this.say(...this.closingInLog());
    for (const other of others) {
      const compared = this.reading("log", "The other copy of the closing log", () => compareLogs(own, other));
      if (compared !== null) this.say(compared.ok ? "passed" : "failed", "log.copies", compared.sentence);
    }
  },

  closingInLog() {
    const failed = sentence => ["failed", "log", sentence];
    const strange = this.strangeInLog();
    if (strange !== null) return failed(strange);
    const found = statementsOf(this.terms.lot, this.log, "closing", this.keys, parseClosing);
    const other = found.find(({ payload }) => !same(payload, this.closingPayload));
    if (other) return failed(`Line ${other.line.index} of the closing log holds another closing of this lot: the operator closed it twice.`);
    if (found.length === 0) return failed("The closing of this lot does not stand in the closing log.");
    const { line } = found[0];
    if (unixSeconds(line.at) < unixSeconds(this.closing.closedAt)) return failed(`The closing is dated ${this.closing.closedAt}, but entered the closing log before that, at ${line.at}.`);
    const known = Math.min(this.dueAt ?? Infinity, this.pulseAt ?? Infinity);
    if (unixSeconds(line.at) >= known) return failed(`The closing entered the closing log at ${line.at}, when its randomness was already known.`);
    const problem = this.switchesInLog();
    if (problem !== null) return failed(problem);
    return ["passed", "log", `The closing stands in line ${line.index} of an unbroken closing log, written at ${line.at}.`];
  },

  /** The log is the operator's own word, so whatever it holds of this lot must be signed by a known key: a first closing could else be hidden behind a key that was taken away. */
  strangeInLog() {
    for (const line of this.log) {
      if (peekJws(line.jws)?.get("lot") !== this.terms.lot) continue;
      const { payload, problem } = checkJws(line.jws, this.keys, line.kind);
      if (payload === null) return `Line ${line.index} of the closing log is about this lot, but is not signed by a known key of the server. ${problem}`;
    }
    return null;
  },

  /** The bundle and the log must tell the same switches, each written while it counted. */
  switchesInLog() {
    const { failover } = this.terms.entropy;
    const logged = statementsOf(this.terms.lot, this.log, "switch", this.keys, parseSwitch);
    for (const { jws, step } of this.switches) {
      const entry = logged.find(({ line }) => line.jws === jws);
      if (entry === undefined) return `The switch of step ${step} does not stand in the closing log.`;
      const problem = this.windowProblem(failover[step - 1], step, entry.line.at, "written into the closing log");
      if (problem !== null) return problem;
    }
    const hidden = logged.find(({ line }) => !this.switches.some(known => known.jws === line.jws));
    return hidden === undefined ? null : `Line ${hidden.line.index} of the closing log holds a switch of the source that the bundle does not tell.`;
  },

  checkHeads() {
    const heads = this.files.heads ?? [];
    if (heads.length === 0) return;
    for (const [outcome, sentence] of checkHeads(heads, this.log, this.keys)) this.say(outcome, "log.heads", sentence);
  },
});
