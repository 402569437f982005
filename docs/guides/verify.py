#!/usr/bin/env python3
"""A verifier of draws written from write-a-verifier.md alone. Python 3.9, nothing to install. Beside it stand
reading.py (JSON and signatures) and bls12381.py (rounds of drand).

    python3 verify.py proof.json entries.jsonl [--log F] [--head F] [--receipt F] [--keys F] [--outcomes F] [--beacon F]

Exit code 0: the draw holds, perhaps with notes; 1: it does not, or something stands against it (a doubt).
"""
import base64, calendar, datetime, functools, hashlib, re, sys
import bls12381
from reading import Wrong, h, hexa, jcs, listed, moment, need, read, read_keys, signed, some_hex, text, thing, told, unproved, whole

NOTHING = "0" * 64
REASONS = ("unclaimed", "waived", "unpaid", "disqualified")
FIGURES = ("collected", "refund", "winners", "winnerPays", "winnerGets", "seller", "mileage")
# Of each public chain of drand what its operators publish: key, scheme, genesis, period.
PUBLIC = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": (
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
        "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a", "bls-unchained-g1-rfc9380", 1692803367, 3),
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": (
        "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31", "pedersen-bls-chained", 1595431050, 30),
}

# --- tree and places ---

def root(hashes):
    if not hashes: return h()
    if len(hashes) == 1: return hashes[0]
    k = 1
    while k * 2 < len(hashes): k *= 2
    return h(b"\x01", root(hashes[:k]), root(hashes[k:]))

def places(seed, holders, count):
    n, everyone, chosen, taken = len(holders), len(set(holders)), [], set()
    while len(chosen) < count and len(taken) < everyone:
        seq = 1
        for j in range(10_000):
            x = int.from_bytes(h(seed, len(chosen).to_bytes(4, "big"), j.to_bytes(4, "big")), "big")
            if x >= 2 ** 256 // n * n: continue
            seq = x % n + 1
            if holders[seq - 1] not in taken: break
        else:
            while holders[seq - 1] in taken: seq = seq % n + 1
        chosen.append(seq)
        taken.add(holders[seq - 1])
    return chosen

# --- sources of randomness ---

class Source:
    """A beacon as the terms publish it; a refund where kind is so."""
    def __init__(self, obj, kind):
        self.kind = kind
        if kind == "refund": return
        need(kind in ("drand", "nist-beacon"), f"The source \"{kind}\" is not known.")
        self.period, self.delay = whole(obj, "period", 1), whole(obj, "delaySeconds")
        if kind == "drand":
            self.chain, self.key, self.scheme, self.genesis = text(obj, "chain"), text(obj, "publicKey"), text(obj, "scheme"), whole(obj, "genesis")
        else:
            self.uri, self.chain, self.certificate = text(obj, "uri"), whole(obj, "chain"), hexa(obj, "certificate", 64)

    def round(self, earliest): return max(1, -(-(earliest - self.genesis) // self.period) + 1)

    def due(self, earliest): return self.genesis + (self.round(earliest) - 1) * self.period if self.kind == "drand" else -(-earliest // self.period) * self.period

def read_source(entropy):
    """The first source (None for a secret alone), the commitment (or None), and the steps of the fail-over as (after, source)."""
    name = text(entropy, "source")
    commitment = hexa(entropy, "commitment") if name.endswith("commit-reveal") else None
    need(name != "commit-reveal" or "failover" not in entropy, "A draw by commit-reveal has no beacon to fail over from.")
    if name == "commit-reveal": return None, commitment, []
    first, steps = Source(entropy, name.split("+")[0] if name == "drand+commit-reveal" else name), []
    need(first.kind != "refund", "The source \"refund\" is not known.")
    for obj in listed(entropy, "failover") if "failover" in entropy else []:
        after, source = whole(obj, "afterSeconds", 1), Source(obj, text(obj, "source"))
        need("failover" not in obj, "A step of the fail-over has no fail-over of its own.")
        need(not steps or steps[-1][1].kind != "refund", "A refund can only be the last step.")
        need(not steps or after >= steps[-1][0] + steps[-1][1].delay + steps[-1][1].period, "A step of the fail-over leaves the one before it no room.")
        need(source.kind == "refund" or source.delay >= 1, "A step of the fail-over needs a delay.")
        steps.append((after, source))
    need("failover" not in entropy or 1 <= len(steps) <= 8, "A fail-over has 1 to 8 steps.")
    return first, commitment, steps

@functools.lru_cache(4096)
def drand_signs(scheme, key, number, signature, previous):
    if (scheme == "pedersen-bls-chained") != (previous is not None): return False
    on_g1 = scheme == "bls-unchained-g1-rfc9380"
    if not on_g1 and scheme not in ("pedersen-bls-chained", "pedersen-bls-unchained"): return False
    tag = b"BLS_SIG_BLS12381G%d_XMD:SHA-256_SSWU_RO_NUL_" % (1 if on_g1 else 2)
    return bls12381.verify(key, h(previous or b"", number.to_bytes(8, "big")), tag, signature, on_g1)

def genuine(source, number, obj, previous_name="previousSignature"):
    previous = some_hex(obj, previous_name) if previous_name in obj else None
    return drand_signs(source.scheme, bytes.fromhex(source.key), number, some_hex(obj, "signature"), previous)

def der(data, at=0):
    """Tag, content and end of one item."""
    size, start = data[at + 1], at + 2
    if size > 127: size, start = int.from_bytes(data[start:start + size - 128], "big"), start + size - 128
    need(start + size <= len(data), "The certificate cannot be read.")
    return data[at], data[start:start + size], start + size

def items(data):
    found, at = [], 0
    while at < len(data):
        tag, content, at = der(data, at)
        found.append((tag, content))
    return found

def rsa_key(pem, digest):
    body = re.fullmatch(r"\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*", pem)
    need(body, "The certificate is not one certificate in PEM.")
    data = base64.b64decode("".join(body[1].split()), validate=True)
    need(hashlib.sha512(data).digest() == digest, "The certificate is not the one that the terms pin.")
    fields = items(items(der(data)[1])[0][1])
    algorithm, bits = items(fields[6 if fields[0][0] == 0xa0 else 5][1])
    need(items(algorithm[1])[0][1].hex() == "2a864886f70d010101", "The certificate has no RSA key.")
    modulus, exponent = (int.from_bytes(n, "big") for _, n in items(der(bits[1], 1)[1]))
    need(modulus.bit_length() >= 2048 and exponent >= 3, "The key of the certificate is too short.")
    return modulus, exponent

def pulse_bytes(pulse):
    out, links = b"", listed(pulse, "listValues")
    need([text(link, "type") for link in links] == ["previous", "hour", "day", "month", "year"], "The list values of a pulse are not in order.")
    external = thing(pulse, "external")
    for value, size in [
        (text(pulse, "uri").encode(), 0), (text(pulse, "version").encode(), 0), (whole(pulse, "cipherSuite"), 4), (whole(pulse, "period"), 4), (some_hex(pulse, "certificateId", False), 0),
        (whole(pulse, "chainIndex"), 8), (whole(pulse, "pulseIndex"), 8), (text(pulse, "timeStamp").encode(), 0), (some_hex(pulse, "localRandomValue", False), 0),
        (some_hex(external, "sourceId", False), 0), (whole(external, "statusCode"), 4), (some_hex(external, "value", False), 0), *((some_hex(link, "value", False), 0) for link in links),
        (some_hex(pulse, "precommitmentValue", False), 0), (whole(pulse, "statusCode"), 4)]:
        out += value.to_bytes(size, "big") if size else len(value).to_bytes(4, "big") + value
    return out

def check_pulse(source, key, pulse, what):
    need(whole(pulse, "chainIndex") == source.chain, f"{what} is of another chain than the terms name.")
    need(some_hex(pulse, "certificateId", False) == source.certificate, f"{what} names another certificate than the terms pin.")
    need(whole(pulse, "period") == 1000 * source.period and whole(pulse, "cipherSuite") == 0, f"{what} has another period or cipher suite than it should.")
    need(text(pulse, "uri").startswith(source.uri), f"{what} is of another beacon than the terms name.")
    data, sig, (modulus, exponent) = pulse_bytes(pulse), some_hex(pulse, "signatureValue", False), key
    size, info = (modulus.bit_length() + 7) // 8, bytes.fromhex("3051300d060960864801650304020305000440") + hashlib.sha512(data).digest()
    padded = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
    need(len(sig) == size and pow(int.from_bytes(sig, "big"), exponent, modulus).to_bytes(size, "big") == padded, f"The signature of {what.lower()} does not verify under the pinned certificate.")
    need(hashlib.sha512(data + sig).digest() == some_hex(pulse, "outputValue", False), f"The output value of {what.lower()} is not the hash of what it signs.")

def stamp(pulse):
    value = text(pulse, "timeStamp")
    need(re.fullmatch(r"[0-9T:-]{19}\.[0-9]{3}Z", value), "\"timeStamp\" must be a time like 2026-01-31T09:00:00.000Z.")
    return calendar.timegm(datetime.datetime.strptime(value[:19], "%Y-%m-%dT%H:%M:%S").timetuple()) * 1000 + int(value[20:23])

def pulse_output(source, earliest, obj):
    pulse, previous, key = thing(obj, "pulse"), thing(obj, "previous"), rsa_key(text(obj, "certificate"), source.certificate)
    check_pulse(source, key, pulse, "The pulse")
    check_pulse(source, key, previous, "The pulse before it")
    need(some_hex(pulse["listValues"][0], "value", False) == some_hex(previous, "outputValue", False), "The pulse does not follow the one before it.")
    need(hashlib.sha512(some_hex(pulse, "localRandomValue", False)).digest() == some_hex(previous, "precommitmentValue", False), "The pulse does not hold the value to which the one before it committed.")
    need(stamp(pulse) >= earliest * 1000, "The pulse is from before the time that the terms fix.")
    need(stamp(previous) < earliest * 1000, "The pulse is not the first one at or after the time that the terms fix.")
    return some_hex(pulse, "outputValue", False)

# --- the verification ---

class Verification:
    def __init__(self, bundle, lines, papers):
        self.b, self.lines, self.papers, self.notes, self.doubts, self.switches = bundle, lines, papers, [], [], []

    def run(self):
        whole(self.b, "v", 1, 1)
        text(self.b, "entries")
        self.terms()
        keys = self.papers.get("keys")
        self.keys = read_keys(read(keys) if keys is not None else thing(self.b, "jwks"))
        if keys is None: self.notes.append("The keys are those of the bundle itself; compare them with the keys that the server has published.")
        self.closing()
        self.outcomes()
        self.entries()
        self.randomness()
        self.drawn()
        self.calls()
        self.receipt()
        self.log()
        self.heads()
        self.beacon()
        return self

    def terms(self):
        t = self.t = thing(self.b, "terms")
        self.terms_hash = h(jcs(t).encode())
        whole(t, "v", 1, 1)
        for name in ("lot", "title", "kind", "currency"): text(t, name)
        for name in ("price", "entryPrice", "entries", "maxEntriesPerPerson", "winners", "reserves"): whole(t, name)
        need(moment(t, "closesAt") > moment(t, "opensAt"), "The sale closes before it opens.")
        if "drawsAt" in t: moment(t, "drawsAt")
        self.first, self.commitment, self.steps = read_source(thing(t, "entropy"))
        for source in [self.first] + [source for _, source in self.steps]:
            if source is None or source.kind != "drand": continue
            if source.chain not in PUBLIC: self.doubts.append(f"The drand chain {source.chain} is none of the public ones that this verifier knows; whoever holds its keys could have known the outcome.")
            else: need(PUBLIC[source.chain] == (source.key, source.scheme, source.genesis, source.period), "The terms name a public drand chain, but give it another key, scheme or times.")

    def closing(self):
        self.closing_bytes, c = signed(text(self.b, "closing"), self.keys, "closing")
        self.c, self.closed = c, moment(c, "closedAt")
        need(text(c, "lot") == self.t["lot"], f"The closing is of lot \"{c['lot']}\", the terms are of lot \"{self.t['lot']}\".")
        need(hexa(c, "termsHash") == self.terms_hash, "The terms were changed: the closing was signed for others.")
        need(self.closed >= moment(self.t, "opensAt"), "The closing is dated before the sale opened.")
        whole(c, "size", 0, 2 ** 31 - 1)
        hexa(c, "root")
        if "round" in c: whole(c, "round", 1)
        if self.first is not None:
            self.earliest = self.closed + self.first.delay
            if "drawsAt" in self.t: self.earliest = max(self.earliest, moment(self.t, "drawsAt"))
            self.due = self.first.due(self.earliest)
        if self.first is not None and self.first.kind == "drand":
            number = self.first.round(self.earliest)
            need(c.get("round") == number, f"The closing names round {c.get('round', 'none')}, but the terms and the time of closing fix round {number}.")
        else: need("round" not in c, "The closing names a round of a beacon, but no beacon of the terms has rounds.")

    def entries(self):
        self.e = []
        for k, line in enumerate(self.lines, 1):
            entry = read(line)
            need(isinstance(entry, dict) and sorted(entry) == ["holder", "lot", "number", "seq"], f"Line {k} of the entries has not exactly the members of an entry.")
            hexa(entry, "holder"), text(entry, "number"), whole(entry, "seq", 1, 2 ** 31 - 1)
            need(jcs(entry) == line, f"Line {k} of the entries is not in canonical form.")
            need(text(entry, "lot") == self.t["lot"], f"Line {k} of the entries belongs to lot \"{entry['lot']}\".")
            self.e.append(entry)
        n = self.n = len(self.e)
        for k, entry in enumerate(self.e, 1): need(entry["seq"] == k, f"Entry {k} is missing, doubled or out of order: its line holds entry {entry['seq']}.")
        need(len({e["number"] for e in self.e}) == n, "A number was given out twice.")
        need(n <= self.t["entries"], f"The list holds {n} entries, but the terms allow {self.t['entries']}.")
        need(n == self.c["size"], f"The closing counts {self.c['size']} entries, but the list holds {n}.")
        self.root = root([h(b"\x00", line.encode()) for line in self.lines])
        need(self.root.hex() == self.c["root"], f"The entries were changed: their root is {self.root.hex()}, but the closing froze {self.c['root']}.")
        counts = {}
        for e in self.e: counts[e["holder"]] = counts.get(e["holder"], 0) + 1
        if counts and max(counts.values()) > self.t["maxEntriesPerPerson"]: self.notes.append(f"A holder has {max(counts.values())} entries, but the terms allow one person {self.t['maxEntriesPerPerson']}.")

    def window(self, step, at, what):
        after, source = self.steps[step - 1]
        need(at >= self.due + after, f"The switch to step {step} was {what} {told(at)}, but the step is due only at {told(self.due + after)}.")
        need(source.kind == "refund" or at < self.due + after + source.delay, f"The switch to step {step} was {what} {told(at)}, when the randomness of that step could be known already.")

    def read_switches(self):
        need(self.first is not None, "The bundle carries switches, but the terms have no fail-over.")
        need(listed(self.b, "switches"), "\"switches\" is empty; it must be left out.")
        for jws in self.b["switches"]:
            need(isinstance(jws, str), "A switch must be a string.")
            data, s = signed(jws, self.keys, "switch")
            step = whole(s, "step", 1)
            need((text(s, "lot"), hexa(s, "termsHash"), text(s, "root")) == (self.t["lot"], self.terms_hash, self.c["root"]), f"The switch to step {step} was signed for another lot, other terms or another list.")
            need(step <= len(self.steps), f"A switch goes to step {step} of a fail-over that has {len(self.steps)}.")
            need(not self.switches or step > self.switches[-1][0], "The switches are out of order.")
            self.window(step, moment(s, "at"), "signed at")
            self.switches.append((step, data))
        self.notes.append("The draw failed over. That the source before could not be had is the operator's word; if anybody had it in time, the draw is doubtful.")

    def randomness(self):
        beacon, source = thing(self.b, "beacon"), self.first
        if "switches" in self.b: self.read_switches()
        earliest = None if source is None else self.earliest
        if self.switches:
            after, source = self.steps[self.switches[-1][0] - 1]
            need(source.kind != "refund", "The draw failed over to the refund: everybody gets the money back, and nobody is drawn.")
            earliest = self.due + after + source.delay
        kind = "drand" if "round" in beacon else "nist-beacon" if "pulse" in beacon else None
        need(kind == (source and source.kind) and not ("round" in beacon and "pulse" in beacon) and (self.commitment is not None or "secret" not in beacon),
             "The bundle reveals another kind of randomness than the terms announce.")
        known = self.round(source, earliest, beacon) if kind == "drand" else h(pulse_output(source, earliest, beacon)) if kind else None
        if kind: need(known == hexa(beacon, "randomness"), "The randomness is not the hash of what the beacon gave.")
        if self.commitment is not None:
            secret = hexa(beacon, "secret")
            need(h(secret) == self.commitment, "The secret does not match the commitment.")
            known = secret if known is None else h(b"fairground/mix/v1", known, secret)
        if self.first is None: self.notes.append("The operator cannot change its secret, but knows it while entries are sold, so an operator that enters last could choose its own entries.")
        self.random = known

    def round(self, source, earliest, beacon):
        number = source.round(earliest)
        need(whole(beacon, "round", 1) == number, f"The bundle draws from round {beacon['round']}, but the terms and the time of closing fix round {number}.")
        known = h(some_hex(beacon, "signature"))
        need(known == hexa(beacon, "randomness"), "The randomness is not the hash of the beacon's signature.")
        need(genuine(source, number, beacon), f"The signature of beacon round {number} does not verify under the chain's public key.")
        return known

    def drawn(self):
        self.seed = h(b"fairground/draw/v1", self.terms_hash, self.root, self.n.to_bytes(8, "big"), self.random)
        w = self.t["winners"]
        self.places = places(self.seed, [e["holder"] for e in self.e], w + self.t["reserves"])
        for what, first, seqs in (("winner", 0, self.places[:w]), ("reserve", w, self.places[w:])):
            shown = listed(self.b, what + "s")
            for i in range(max(len(shown), len(seqs))):
                need(i < len(shown), f"The {what} for place {first + i} is missing: entry {seqs[i] if i < len(seqs) else '?'} was drawn.")
                place, seq, given = whole(shown[i], "place"), whole(shown[i], "seq", 1), text(shown[i], "number")
                need(i < len(seqs), f"The bundle lists entry {seq} as a {what} for place {first + i}, where nobody was drawn.")
                need(place == first + i, f"The bundle lists place {place} where place {first + i} belongs.")
                need(seq == seqs[i], f"The {what} for place {place} is entry {seqs[i]}, but the bundle lists entry {seq}.")
                need(given == self.e[seq - 1]["number"], f"The {what} for place {place} has the number {self.e[seq - 1]['number']}, but the bundle gives {given}.")

    def calls(self):
        if "calls" not in self.b: return
        need(listed(self.b, "calls"), "\"calls\" is empty; it must be left out.")
        dropped, before, reserves = set(), self.closed, self.b["reserves"]
        for i, call in enumerate(self.b["calls"]):
            place, seq, instead, reason, at = whole(call, "place"), whole(call, "seq", 1), whole(call, "insteadOf"), text(call, "reason"), moment(call, "at")
            need(i < len(reserves), f"Place {place} was called, but no reserve is left.")
            need(place == self.t["winners"] + i, f"Place {place} was called, but place {self.t['winners'] + i} was next.")
            need(seq == reserves[i]["seq"], f"Entry {seq} was called for place {place}, but the reserve there is entry {reserves[i]['seq']}.")
            need(reason in REASONS, f"Place {place} was called for no reason that the rules know: \"{reason}\".")
            need(reason != "disqualified" or ("note" in call and text(call, "note").strip()), f"Place {place} was called after a disqualification that is not explained.")
            need(instead < place and instead not in dropped, f"Place {instead} had nobody left who could drop out.")
            need(at >= before, f"Place {place} was called before what came ahead of it.")
            dropped.add(instead)
            before = at

    def outcomes(self):
        if "outcomes" not in self.papers: return
        table = read(self.papers["outcomes"])
        need("outcomes" in self.t, "The terms fix no table of outcomes.")
        need(h(jcs(table).encode()) == hexa(self.t, "outcomes"), "The table of outcomes was changed: it is not the one that the terms fix.")
        whole(table, "v", 1, 1)
        for name in ("currency", "price", "entryPrice", "entries", "winners"): need(type(table.get(name)) is type(self.t[name]) and table[name] == self.t[name], f"The table of outcomes is of another {name} than the terms.")
        pieces, following, sold = listed(table, "pieces"), 0, self.c["size"]
        need(1 <= len(pieces) <= 10_000, "The table of outcomes must have between 1 and 10000 pieces.")
        for piece in pieces:
            start, end, figures = whole(piece, "from"), whole(piece, "to"), thing(piece, "figures")
            need(start == following and end >= start, f"The table of outcomes has a gap or an overlap at {following} sold entries.")
            need(text(piece, "outcome") in ("draw", "cash", "refund"), f"The table of outcomes knows an outcome \"{piece['outcome']}\".")
            for name in figures:
                need(name in FIGURES and len(listed(figures, name)) == 4 and all(type(x) is int for x in figures[name]), f"The figure \"{name}\" of the table of outcomes cannot be read.")
                need(min(figures[name][2] + figures[name][3] * n for n in (start, end)) >= 1, f"The figure \"{name}\" divides by less than 1.")
            for n in range(start, end + 1, 1 if end - start < 1_000_000 else end - start): self.row(figures, n)
            if start <= sold <= end:
                need(piece["outcome"] != "refund", f"The table of outcomes says that everybody is paid back at {sold} sold entries, but there was a draw.")
                need(not self.t["winners"] or not sold or self.row(figures, sold) > 0, f"The table of outcomes says that nobody wins at {sold} sold entries, but there was a draw.")
            following = end + 1
        need(following > self.t["entries"], f"The table of outcomes ends at {following - 1} sold entries.")

    def row(self, figures, n):
        f = {name: (lambda a, b, c, d: (a + b * n) // (c + d * n))(*figures.get(name, (0, 0, 1, 0))) for name in FIGURES}
        for name in FIGURES: need(f[name] >= 0, f"The table of outcomes gives a negative figure \"{name}\" at {n} sold entries.")
        need(f["winners"] <= self.t["winners"], f"The table of outcomes promises {f['winners']} winners at {n} sold entries, but the terms draw {self.t['winners']}.")
        w = f["winners"]
        need(f["collected"] + w * f["winnerPays"] - n * f["refund"] - f["seller"] - w * f["winnerGets"] - (n - w) * f["mileage"] >= 0, f"The table of outcomes gives away more than comes in at {n} sold entries.")
        return w

    def receipt(self):
        if "receipt" not in self.papers: return
        _, r = signed(self.papers["receipt"].strip(), self.keys, "receipt")
        whole(r, "v", 1, 1)
        need(text(r, "lot") == self.t["lot"], f"The receipt is for lot \"{r['lot']}\".")
        need(hexa(r, "termsHash") == self.terms_hash, "The receipt proves fraud: it was given for other terms.")
        need(listed(r, "entries"), "The receipt names no entry.")
        for entry in r["entries"]:
            seq, given, holder = whole(entry, "seq", 1), text(entry, "number"), text(r, "holder")
            need(seq <= self.n, f"The receipt proves fraud: it names entry {seq}, which the published entries lack.")
            need(self.e[seq - 1]["number"] == given, f"The receipt proves fraud: it gives entry {seq} the number {given}, the published entries give it {self.e[seq - 1]['number']}.")
            need(self.e[seq - 1]["holder"] == holder, f"The receipt proves fraud: the published entries give entry {seq} to another holder.")

    def log(self):
        self.chain = None
        if "log" not in self.papers:
            if self.first is not None: self.notes.append("No copy of the closing log was given, so it was not checked that the closing was public in time.")
            return
        previous, before, self.chain, own = NOTHING, 0, [], []
        for k, line in enumerate(lines_of(self.papers["log"])):
            entry = read(line)
            need(isinstance(entry, dict) and len(entry) == 4 and jcs(entry) == line, f"Line {k} of the closing log is not in canonical form.")
            at, jws, kind = moment(entry, "at"), text(entry, "switch" if "switch" in entry else "closing"), "switch" if "switch" in entry else "closing"
            need(whole(entry, "index") == k, f"Line {k} of the closing log calls itself line {entry['index']}.")
            need(text(entry, "previous") == previous, f"Line {k} of the closing log does not carry the hash of the line before it: the log was rewritten.")
            need(at >= before, f"Line {k} of the closing log is older than the line before it.")
            previous, before = h(line.encode()).hex(), at
            self.chain.append(previous)
            # The log is the operator's word: whatever it says of this lot must be signed by a known key.
            if unproved(jws).get("lot") != self.t["lot"]: continue
            try: own.append((k, at, kind, signed(jws, self.keys, kind)[0]))
            except Wrong as why: raise Wrong(f"Line {k} of the closing log is about this lot, but is not signed by a known key. {why}")
        closings = [(k, at, data) for k, at, kind, data in own if kind == "closing"]
        for k, _, data in closings: need(data == self.closing_bytes, f"Line {k} of the closing log holds another closing of this lot: the operator closed it twice.")
        need(closings, "The closing of this lot does not stand in the closing log.")
        need(closings[0][1] >= self.closed, "The closing entered the closing log before the time that it names.")
        need(self.first is None or closings[0][1] < self.due, f"The closing entered the closing log at {told(closings[0][1])}, when its randomness was already known.")
        logged = [(k, at, data) for k, at, kind, data in own if kind == "switch"]
        for k, _, data in logged: need(any(data == known for _, known in self.switches), f"Line {k} of the closing log holds a switch of which the bundle says nothing.")
        for step, data in self.switches:
            at = next((at for _, at, known in logged if known == data), None)
            need(at is not None, f"The switch to step {step} does not stand in the closing log.")
            self.window(step, at, "logged at")

    def heads(self):
        if "head" not in self.papers: return
        heads = [signed(line, self.keys, "log-head")[1] for line in self.papers["head"].split()]
        heads = [(whole(head, "size"), hexa(head, "head").hex(), moment(head, "at")) for head in heads]
        for size, last, at in heads:
            for other, its, then in heads:
                need(size != other or last == its, f"Two signed heads show different logs of {size} lines: two people were shown two logs.")
                need(at <= then or size >= other, f"The signed head of {told(at)} counts {size} lines, an earlier one {other}: lines were taken out of the log.")
            if self.chain is None or size > len(self.chain): continue
            need(last == (self.chain[size - 1] if size else NOTHING), f"The signed head of {told(at)} shows another line {size - 1} than the copy of the log: the log was rewritten.")

    def beacon(self):
        if "beacon" not in self.papers or self.first is None: return
        obj, number = read(self.papers["beacon"]), self.first.round(self.earliest) if self.first.kind == "drand" else None
        what = f"round {number}" if number else f"the pulse at or after {told(self.earliest)}"
        if not self.brought(obj, number): self.notes.append("What you brought is not what the terms name, or does not verify, so it says nothing.")
        elif self.switches: self.doubts.append(f"You brought {what}, and it verifies; the operator said that it could not be had in time.")

    def brought(self, obj, number):
        if number: return "round" in obj and whole(obj, "round", 1) == number and genuine(self.first, number, obj, "previous_signature" if "previous_signature" in obj else "previousSignature")
        try: return "pulse" in obj and bool(pulse_output(self.first, self.earliest, obj))
        except Wrong: return False

def lines_of(data):
    parts = data.split("\n")
    return parts[:-1] if parts[-1] == "" else parts

def verify(files):
    """files: the texts by name (proof, entries, log, head, receipt, keys, outcomes, beacon). Gives the finished verification, or raises Wrong."""
    try: return Verification(read(files["proof"]), lines_of(files["entries"]), files).run()
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, RecursionError) as why: raise Wrong(f"Something cannot be read: {why}")

if __name__ == "__main__":
    names, rest = ["proof", "entries"] + [word[2:] for word in sys.argv[3:] if word.startswith("--")], [word for word in sys.argv[1:] if not word.startswith("--")]
    if len(names) != len(rest): sys.exit(__doc__)
    try:
        files = {name: open(path, "rb").read().decode("utf-8") for name, path in zip(names, rest)}
        found = verify(files)
        print(f"termsHash {found.terms_hash.hex()}\nroot      {found.root.hex()}\nseed      {found.seed.hex()}\nplaces    {found.places}")
        for note in found.notes: print("note:", note)
        for doubt in found.doubts: print("doubt:", doubt)
        print("The draw is in doubt." if found.doubts else "The draw holds.")
        sys.exit(1 if found.doubts else 0)
    except (Wrong, UnicodeDecodeError) as why:
        print("The draw does not hold:", why)
        sys.exit(1)
