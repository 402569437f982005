"""What verify.py reads with: strict JSON and its canonical form (RFC 8785), the members of published objects, and JWS with ES256 (RFC 7515, FIPS 186-5)."""
import base64, calendar, datetime, functools, hashlib, json, re

P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296, 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
MOST = 2 ** 53 - 1

class Wrong(Exception): pass

def need(truth, sentence):
    if not truth: raise Wrong(sentence)

# --- JSON: strict to read, and in the canonical form of RFC 8785 ---

def no_twice(pairs):
    need(len({k for k, _ in pairs}) == len(pairs), "A key stands twice in an object of the JSON.")
    return dict(pairs)

def integer(token):
    need(token == "-0" or (len(token) < 400 and int(float(token)) == int(token)), f"The integer {token[:40]} cannot be held by a double.")
    return -0.0 if token == "-0" else int(token)

def fraction(token):
    need(abs(float(token)) != float("inf"), f"The number {token[:40]} is too large.")
    return float(token)

def no_number(token): raise Wrong(f"{token} is no number of JSON.")

def depth(value): return 0 if not isinstance(value, (dict, list)) else 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)

def read(text):
    value = json.loads(text, object_pairs_hook=no_twice, parse_int=integer, parse_float=fraction, parse_constant=no_number)
    need(depth(value) <= 64, "The JSON is nested too deeply.")
    json.dumps(value, ensure_ascii=False).encode()  # Half of a surrogate pair cannot be written.
    return value

def number(value):
    """As ECMAScript writes it; Python finds the same shortest digits and only sets them out otherwise."""
    if isinstance(value, int): value = float(value)
    if value == 0: return "0"
    sign, (digits, power) = "-" if value < 0 else "", f"{abs(value)!r}e0".split("e")[:2]
    whole, _, part = digits.partition(".")
    part = "" if part == "0" else part
    point = len(whole) + int(power)
    digits = (whole + part).lstrip("0")
    point -= len(whole + part) - len(digits)
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21: return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21: return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0: return sign + "0." + "0" * -point + digits
    return sign + digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + "e" + ("+" if point > 0 else "-") + str(abs(point - 1))

def jcs(value):
    if isinstance(value, dict):
        return "{" + ",".join(jcs(k) + ":" + jcs(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))) + "}"
    if isinstance(value, list): return "[" + ",".join(map(jcs, value)) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool): return number(value)
    return json.dumps(value, ensure_ascii=False)

def part(obj, name, kind, what):
    need(isinstance(obj, dict), f"What should hold \"{name}\" is no object.")
    need(name in obj, f"\"{name}\" is missing.")
    need(type(obj[name]) is kind, f"\"{name}\" must be {what}.")
    return obj[name]

def text(obj, name): return part(obj, name, str, "a string")
def listed(obj, name): return part(obj, name, list, "a list")
def thing(obj, name): return part(obj, name, dict, "an object")

def whole(obj, name, least=0, most=MOST):
    value = part(obj, name, int, "a whole number")
    need(least <= value <= most, f"\"{name}\" must lie between {least} and {most}.")
    return value

def hexa(obj, name, size=32):
    value = text(obj, name)
    need(re.fullmatch("[0-9a-f]*", value) and len(value) == 2 * size, f"\"{name}\" must be {2 * size} lower-case hexadecimal digits.")
    return bytes.fromhex(value)

def some_hex(obj, name, lower=True):
    value = text(obj, name) if lower else text(obj, name).lower()
    need(re.fullmatch("([0-9a-f]{2})*", value), f"\"{name}\" must be {'lower-case ' if lower else ''}hexadecimal.")
    return bytes.fromhex(value)

def moment(obj, name):
    value = text(obj, name)
    need(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", value), f"\"{name}\" must be a time like 2026-01-31T09:00:00Z.")
    return calendar.timegm(datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").timetuple())

def told(second): return datetime.datetime.fromtimestamp(second, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

def h(*parts): return hashlib.sha256(b"".join(parts)).digest()

# --- signatures: ES256 on P-256 ---

def unbase(value):
    need(re.fullmatch("[A-Za-z0-9_-]*", value), "A part is not base64url without padding.")
    data = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    need(base64.urlsafe_b64encode(data).decode().rstrip("=") == value, "A part is not base64url without padding.")
    return data

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

def read_keys(jwks):
    keys = {}
    for key in listed(jwks, "keys"):
        if text(key, "kty") != "EC" or key.get("crv") != "P-256" or "kid" not in key: continue
        x, y = unbase(text(key, "x")), unbase(text(key, "y"))
        need(len(x) == len(y) == 32, "A coordinate of a key must be 32 bytes.")
        q = int.from_bytes(x, "big"), int.from_bytes(y, "big")
        need(max(q) < P and (q[1] ** 2 - q[0] ** 3 + 3 * q[0] - B) % P == 0, "A key is no point of P-256.")
        need(text(key, "kid") not in keys, f"The key \"{key['kid']}\" stands twice in the key set.")
        keys[key["kid"]] = q
    return keys

def signed(jws, keys, kind):
    """The payload of a JWS, its bytes and what they say."""
    need(jws.count(".") == 2, "A signature is not in compact form.")
    head, body, sig = jws.split(".")
    header, sig = read(unbase(head).decode()), unbase(sig)
    need(text(header, "alg") == "ES256" and len(sig) == 64, "A signature is not made with ES256.")
    need("crit" not in header, "A signature asks for extensions that are not known.")
    typ = text(header, "typ") if "typ" in header else ""
    need(not typ.startswith("fairground-") or typ == f"fairground-{kind}+jws", f"A signature is one of another kind: {typ}.")
    need(text(header, "kid") in keys, f"A signature names the key \"{header['kid']}\", which is not known.")
    need(valid(head + "." + body, sig, keys[header["kid"]]), f"A signature does not verify under the key \"{header['kid']}\".")
    return unbase(body), read(unbase(body).decode())

@functools.lru_cache(4096)
def valid(what, sig, key):
    r, s = int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big")
    if not (0 < r < N and 0 < s < N): return False
    e, w = int.from_bytes(h(what.encode()), "big"), pow(s, -1, N)
    point = add(times(e * w % N, G), times(r * w % N, key))
    return point is not None and point[0] % N == r

def unproved(jws):
    """What a JWS says, whoever signed it; nothing where it is none."""
    try:
        said = read(unbase(jws.split(".")[1]).decode())
        return said if isinstance(said, dict) else {}
    except (Wrong, ValueError, IndexError): return {}
