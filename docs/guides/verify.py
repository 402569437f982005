#!/usr/bin/env python3
"""A verifier of draws in one file, beside write-a-verifier.md. Python 3.9, nothing to install.

    python3 verify.py proof.json entries.jsonl [closings.log]

Checks terms, closing, entries, root, secret or round, seed, places and calls. It has no pairing, so for drand it checks that the round is the right one and
that the randomness is the hash of the signature, and says that the signature itself was not checked. Exit code 0: holds; 1: does not.
"""
import base64, calendar, hashlib, json, sys, time

P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296, 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)

class Doubt(Exception): pass

def need(truth, sentence):
    if not truth: raise Doubt(sentence)

def no_twice(pairs):
    need(len({k for k, _ in pairs}) == len(pairs), "a key stands twice")
    return dict(pairs)

def read(text): return json.loads(text, object_pairs_hook=no_twice)

def jcs(value):
    """RFC 8785 for what a draw uses: no fractions, and keys sorted by UTF-16 code units."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda k: k.encode("utf-16-be"))
        return "{" + ",".join(jcs(k) + ":" + jcs(value[k]) for k in keys) + "}"
    if isinstance(value, list): return "[" + ",".join(map(jcs, value)) + "]"
    need(not isinstance(value, float), "this verifier reads no fractions")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

def h(*parts): return hashlib.sha256(b"".join(parts)).digest()

def seconds(text): return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))

def unbase(text): return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

def add(p, q):
    if p is None or q is None: return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0: return None
    m = ((3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, P) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, P)) % P
    x = (m * m - p[0] - q[0]) % P
    return x, (m * (p[0] - x) - p[1]) % P

def times(k, p):
    r = None
    for bit in bin(k)[2:]:
        r = add(r, r)
        if bit == "1": r = add(r, p)
    return r

def signed(jws, jwks):
    """The payload of a JWS with ES256."""
    head, body, sig = jws.split(".")
    header, sig = read(unbase(head)), unbase(sig)
    need(header["alg"] == "ES256" and "crit" not in header and len(sig) == 64, "a signature is of the wrong kind")
    key = next((k for k in jwks["keys"] if k.get("kid") == header["kid"] and k.get("crv") == "P-256"), None)
    need(key, "a signature names an unknown key")
    q = int.from_bytes(unbase(key["x"]), "big"), int.from_bytes(unbase(key["y"]), "big")
    need((q[1] ** 2 - q[0] ** 3 + 3 * q[0] - B) % P == 0, "a key is no point of P-256")
    r, s = int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big")
    need(0 < r < N and 0 < s < N, "a signature is out of range")
    e, w = int.from_bytes(h(f"{head}.{body}".encode()), "big"), pow(s, -1, N)
    point = add(times(e * w % N, G), times(r * w % N, q))
    need(point and point[0] % N == r, "a signature does not verify")
    return read(unbase(body))

def root(hashes):
    if not hashes: return h()
    if len(hashes) == 1: return hashes[0]
    k = 1
    while k * 2 < len(hashes): k *= 2
    return h(b"\x01", root(hashes[:k]), root(hashes[k:]))

def places(seed, holders, count):
    n, chosen, taken = len(holders), [], set()
    while len(chosen) < count and len(taken) < len(set(holders)):
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

def check(bundle, lines, log):
    terms, beacon = bundle["terms"], bundle["beacon"]
    terms_hash = h(jcs(terms).encode())
    closing = signed(bundle["closing"], bundle["jwks"])
    need(closing["lot"] == terms["lot"] and closing["termsHash"] == terms_hash.hex(), "the closing is not of these terms")
    entries = [read(line) for line in lines]
    for i, (line, entry) in enumerate(zip(lines, entries)):
        need(sorted(entry) == ["holder", "lot", "number", "seq"] and jcs(entry) == line and entry["lot"] == terms["lot"], f"line {i + 1} is no entry of this lot")
        need(entry["seq"] == i + 1, f"entry {i + 1} is missing, doubled or out of order")
    need(len({e["number"] for e in entries}) == len(entries), "a number was given out twice")
    need(len(entries) == closing["size"] <= terms["entries"], "the list is not as long as the closing or the terms say")
    tree = root([h(b"\x00", line.encode()) for line in lines])
    need(tree.hex() == closing["root"], f"the root of the list is {tree.hex()}, not {closing['root']}")
    entropy, notes, due = terms["entropy"], [], None
    need("switches" not in bundle, "this verifier does not follow a fail-over")
    if "drand" in entropy["source"]:
        earliest = max(seconds(closing["closedAt"]) + entropy["delaySeconds"], seconds(terms.get("drawsAt", closing["closedAt"])))
        number = max(1, -(-(earliest - entropy["genesis"]) // entropy["period"]) + 1)
        need(number == closing["round"] == beacon["round"], f"the round must be {number}")
        randomness = h(bytes.fromhex(beacon["signature"]))
        need(randomness.hex() == beacon["randomness"], "the randomness is not the hash of the signature")
        notes.append(f"the signature of round {number} was not checked")
        due = entropy["genesis"] + (number - 1) * entropy["period"]
    if "commit-reveal" in entropy["source"]:
        secret = bytes.fromhex(beacon["secret"])
        need(h(secret).hex() == entropy["commitment"], "the secret does not match the commitment")
        randomness = secret if entropy["source"] == "commit-reveal" else h(b"fairground/mix/v1", randomness, secret)
    need(entropy["source"] in ("commit-reveal", "drand", "drand+commit-reveal"), "this verifier does not know the source " + entropy["source"])
    seed = h(b"fairground/draw/v1", terms_hash, tree, len(entries).to_bytes(8, "big"), randomness)
    drawn = places(seed, [e["holder"] for e in entries], terms["winners"] + terms["reserves"])
    right = [{"place": p, "seq": s, "number": entries[s - 1]["number"]} for p, s in enumerate(drawn)]
    need(bundle["winners"] == right[:terms["winners"]], f"the winners are {right[:terms['winners']]}")
    need(bundle["reserves"] == right[terms["winners"]:], f"the reserves are {right[terms['winners']:]}")
    for i, call in enumerate(bundle.get("calls", [])):
        need(call["place"] == terms["winners"] + i and call["seq"] == bundle["reserves"][i]["seq"], "reserves were called out of order")
        need(call["reason"] in ("unclaimed", "waived", "unpaid") or (call["reason"] == "disqualified" and call.get("note")), "a reserve was called without a reason")
    if log is not None:
        previous, found = "0" * 64, None
        for k, line in enumerate(log):
            entry = read(line)
            need(jcs(entry) == line and entry["index"] == k and entry["previous"] == previous, f"the log breaks at line {k}")
            previous = h(line.encode()).hex()
            if entry.get("closing") == bundle["closing"]: found = entry["at"]
        need(found, "the closing does not stand in the log")
        need(due is None or seconds(found) < due, "the closing entered the log when its randomness was known")
    return terms_hash, tree, seed, drawn, notes

if __name__ == "__main__":
    def lines(name): return open(name, encoding="utf-8").read().removesuffix("\n").split("\n")
    try:
        terms_hash, tree, seed, drawn, notes = check(read(open(sys.argv[1], encoding="utf-8").read()), lines(sys.argv[2]), lines(sys.argv[3]) if len(sys.argv) > 3 else None)
        print(f"termsHash {terms_hash.hex()}\nroot      {tree.hex()}\nseed      {seed.hex()}\nplaces    {drawn}")
        for note in notes: print("note:", note)
        print("The draw holds.")
    except (Doubt, KeyError, TypeError, ValueError, IndexError) as why:
        print("The draw does not hold:", why)
        sys.exit(1)
