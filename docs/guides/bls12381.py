"""Signatures of Boneh, Lynn and Shacham on BLS12-381, verified in plain Python: for verify.py, to be read beside RFC 9380 and not to be fast (half a second).

One field class serves both groups: G1 lives in the elements a + b*u with b = 0. A value of the pairing is a list of twelve numbers, the polynomial in w with
w^12 = 2 w^6 - 2, so that u = w^6 - 1. Tables: RFC 9380, appendices E.2 and E.3.
"""
import hashlib

P = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab
R = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001
X = 0xd201000000010000  # The curve is made from -X.

class F:
    """a + b*u with u^2 = -1."""
    __slots__ = ("a", "b")
    def __init__(self, a, b=0): self.a, self.b = a % P, b % P
    def __eq__(self, o): return self.a == o.a and self.b == o.b
    def __add__(self, o): return F(self.a + o.a, self.b + o.b)
    def __sub__(self, o): return F(self.a - o.a, self.b - o.b)
    def __neg__(self): return F(-self.a, -self.b)
    def __mul__(self, o): return F(self.a * o.a - self.b * o.b, self.a * o.b + self.b * o.a)
    def zero(self): return self.a == 0 == self.b
    def inverse(self):
        n = self.a * self.a + self.b * self.b
        n = pow(n, -1, P) if n % P else 0
        return F(self.a * n, -self.b * n)
    def sign(self): return self.a & 1 if self.a else self.b & 1
    def larger(self): return (self.b or self.a) > P // 2

def root_of_number(n):
    r = pow(n, (P + 1) // 4, P)
    return r if r * r % P == n % P else None

def root(x, plain):
    """A square root, in the field of P elements where plain, or None."""
    if plain or x.b == 0:
        r = root_of_number(x.a)
        if r is not None: return F(r)
        return None if plain else F(0, root_of_number(-x.a % P))
    norm = root_of_number((x.a * x.a + x.b * x.b) % P)
    if norm is None: return None
    for n in (norm, -norm):
        a = root_of_number((x.a + n) * pow(2, -1, P) % P)
        if a: return F(a, x.b * pow(2 * a, -1, P))
    return None

# --- points, as (x, y) or None for the one at infinity ---

def add(p, q):
    if p is None or q is None: return p or q
    if p[0] == q[0]:
        if not p[1] == q[1] or p[1].zero(): return None
        s = F(3) * p[0] * p[0] * (p[1] + p[1]).inverse()
    else:
        s = (q[1] - p[1]) * (q[0] - p[0]).inverse()
    x = s * s - p[0] - q[0]
    return x, s * (p[0] - x) - p[1]

def times(k, p):
    r = None
    for bit in bin(k)[2:]:
        r = add(r, r)
        if bit == "1": r = add(r, p)
    return r

def negative(p): return p and (p[0], -p[1])

def point(data, plain):
    """A compressed point of the right subgroup, or None: not canonical, not on the curve, outside the subgroup, or at infinity."""
    if len(data) != (48 if plain else 96) or not data[0] & 0x80 or data[0] & 0x40: return None
    parts = [int.from_bytes(bytes([data[0] & 0x1f]) + data[1:48], "big")] + ([] if plain else [int.from_bytes(data[48:], "big")])
    if any(n >= P for n in parts): return None
    x = F(parts[0]) if plain else F(parts[1], parts[0])
    y = root(x * x * x + (F(4) if plain else F(4, 4)), plain)
    if y is None: return None
    p = x, y if y.larger() == bool(data[0] & 0x20) else -y
    return p if times(R, p) is None else None

G1 = point(bytes.fromhex("97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"), True)
G2 = point(bytes.fromhex("93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
                         "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"), False)

# --- hashing to the curve ---

def expand(message, tag, length):
    suffix = tag + bytes([len(tag)])
    first = hashlib.sha256(bytes(64) + message + length.to_bytes(2, "big") + b"\0" + suffix).digest()
    out, last = b"", bytes(32)
    for i in range(1, (length + 31) // 32 + 1):
        last = hashlib.sha256(bytes(a ^ b for a, b in zip(first, last)) + bytes([i]) + suffix).digest()
        out += last
    return out[:length]

def hash_to(message, tag, plain):
    out = expand(message, tag, 128 if plain else 256)
    n = [int.from_bytes(out[i:i + 64], "big") for i in range(0, len(out), 64)]
    us = [F(n[0]), F(n[1])] if plain else [F(n[0], n[1]), F(n[2], n[3])]
    return times(X + 1 if plain else H2, add(*(mapped(u, plain) for u in us)))

def mapped(u, plain):
    """The simplified SWU map of section 6.6.3, then the isogeny."""
    a, b, z, table = (A1, B1, F(11), ISO1) if plain else (F(0, 240), F(1012, 1012), F(-2, -1), ISO2)
    zu = z * u * u
    t = zu * zu + zu
    x = b * (z * a).inverse() if t.zero() else -b * a.inverse() * (F(1) + t.inverse())
    y = root((x * x + a) * x + b, plain)
    if y is None:
        x = zu * x
        y = root((x * x + a) * x + b, plain)
    if y.sign() != u.sign(): y = -y
    xn, xd, yn, yd = (value(row, x) for row in table)
    return None if xd.zero() or yd.zero() else (xn * xd.inverse(), y * yn * yd.inverse())

def value(row, x):
    v = F(0)
    for c in reversed(row): v = v * x + c
    return v

# --- the pairing ---

def mul(x, y):
    t = [0] * 23
    for i, a in enumerate(x):
        if a:
            for j, b in enumerate(y): t[i + j] += a * b
    for i in range(22, 11, -1):
        t[i - 6] += 2 * t[i]
        t[i - 12] -= 2 * t[i]
    return [v % P for v in t[:12]]

def line(s, t, p):
    """The line of slope s through t on the twist, at p: (s*x - y) - s*xp*w^2 + yp*w^3, up to a factor that the final power sends to 1."""
    c, d = s * t[0] - t[1], -(s * p[0])
    return [c.a - c.b, 0, d.a - d.b, p[1].a, 0, 0, c.b, 0, d.b, 0, 0, 0]

def product_is_one(pairs):
    f, ts = [1] + [0] * 11, [q for _, q in pairs]
    for bit in bin(X)[3:]:
        f = mul(f, f)
        for i, (p, q) in enumerate(pairs):
            t = ts[i]
            f = mul(line(F(3) * t[0] * t[0] * (t[1] + t[1]).inverse(), t, p), f)
            ts[i] = t = add(t, t)
            if bit == "1":
                f = mul(line((q[1] - t[1]) * (q[0] - t[0]).inverse(), t, p), f)
                ts[i] = add(t, q)
    one, power = [1] + [0] * 11, (P ** 12 - 1) // R
    r = one
    for bit in bin(power)[2:]:
        r = mul(r, r)
        if bit == "1": r = mul(r, f)
    return r == one

def verify(key, message, tag, signature, on_g1):
    """A signature on G1 under a key on G2, or the other way round."""
    s, k = point(signature, on_g1), point(key, not on_g1)
    if s is None or k is None: return False
    h = hash_to(message, tag, on_g1)
    return product_is_one([(negative(s), G2), (h, k)] if on_g1 else [(negative(G1), s), (k, h)])

# --- tables; of each polynomial the constant factor comes first ---

H2 = int("bc69f08f2ee75b3584c6a0ea91b352888e2a8e9145ad7689986ff031508ffe1329c2f178731db956d82bf015d1212b02ec0ec69d7477c1ae954cbc06689f6a3"
         "59894c0adebbf6b4e8020005aaa95551", 16)
A1 = F(0x144698a3b8e9433d693a02c96d4982b0ea985383ee66a8d8e8981aefd881ac98936f8da0e0f97f5cf428082d584c1d)
B1 = F(0x12e2908d11688030018b12e8753eee3b2016c1f0f24f4070a0b9c14fcef35ef55a23215a316ceaa5d1cc48e98e172be0)

def rows(text): return [[F(*(int(n, 16) for n in word.split("+"))) for word in part.split()] for part in text.split(";")]

ISO1 = rows("""
11a05f2b1e833340b809101dd99815856b303e88a2d7005ff2627b56cdb4e2c85610c2d5f2e62d6eaeac1662734649b7
17294ed3e943ab2f0588bab22147a81c7c17e75b2f6a8417f565e33c70d1e86b4838f2a6f318c356e834eef1b3cb83bb
d54005db97678ec1d1048c5d10a9a1bce032473295983e56878e501ec68e25c958c3e3d2a09729fe0179f9dac9edcb0
1778e7166fcc6db74e0609d307e55412d7f5e4656a8dbf25f1b33289f1b330835336e25ce3107193c5b388641d9b6861
e99726a3199f4436642b4b3e4118e5499db995a1257fb3f086eeb65982fac18985a286f301e77c451154ce9ac8895d9
1630c3250d7313ff01d1201bf7a74ab5db3cb17dd952799b9ed3ab9097e68f90a0870d2dcae73d19cd13c1c66f652983
d6ed6553fe44d296a3726c38ae652bfb11586264f0f8ce19008e218f9c86b2a8da25128c1052ecaddd7f225a139ed84
17b81e7701abdbe2e8743884d1117e53356de5ab275b4db1a682c62ef0f2753339b7c8f8c8f475af9ccb5618e3f0c88e
80d3cf1f9a78fc47b90b33563be990dc43b756ce79f5574a2c596c928c5d1de4fa295f296b74e956d71986a8497e317
169b1f8e1bcfa7c42e0c37515d138f22dd2ecb803a0c5c99676314baf4bb1b7fa3190b2edc0327797f241067be390c9e
10321da079ce07e272d8ec09d2565b0dfa7dccdde6787f96d50af36003b14866f69b771f8c285decca67df3f1605fb7b
6e08c248e260e70bd1e962381edee3d31d79d7e22c837bc23c0bf1bc24c6b68c24b1b80b64d391fa9c8ba2e8ba2d229
;
8ca8d548cff19ae18b2e62f4bd3fa6f01d5ef4ba35b48ba9c9588617fc8ac62b558d681be343df8993cf9fa40d21b1c
12561a5deb559c4348b4711298e536367041e8ca0cf0800c0126c2588c48bf5713daa8846cb026e9e5c8276ec82b3bff
b2962fe57a3225e8137e629bff2991f6f89416f5a718cd1fca64e00b11aceacd6a3d0967c94fedcfcc239ba5cb83e19
3425581a58ae2fec83aafef7c40eb545b08243f16b1655154cca8abc28d6fd04976d5243eecf5c4130de8938dc62cd8
13a8e162022914a80a6f1d5f43e7a07dffdfc759a12062bb8d6b44e833b306da9bd29ba81f35781d539d395b3532a21e
e7355f8e4e667b955390f7f0506c6e9395735e9ce9cad4d0a43bcef24b8982f7400d24bc4228f11c02df9a29f6304a5
772caacf16936190f3e0c63e0596721570f5799af53a1894e2e073062aede9cea73b3538f0de06cec2574496ee84a3a
14a7ac2a9d64a8b230b3f5b074cf01996e7f63c21bca68a81996e1cdf9822c580fa5b9489d11e2d311f7d99bbdcc5a5e
a10ecf6ada54f825e920b3dafc7a3cce07f8d1d7161366b74100da67f39883503826692abba43704776ec3a79a1d641
95fc13ab9e92ad4476d6e3eb3a56680f682b4ee96f7d03776df533978f31c1593174e4b4b7865002d6384d168ecdd0a
1
;
90d97c81ba24ee0259d1f094980dcfa11ad138e48a869522b52af6c956543d3cd0c7aee9b3ba3c2be9845719707bb33
134996a104ee5811d51036d776fb46831223e96c254f383d0f906343eb67ad34d6c56711962fa8bfe097e75a2e41c696
cc786baa966e66f4a384c86a3b49942552e2d658a31ce2c344be4b91400da7d26d521628b00523b8dfe240c72de1f6
1f86376e8981c217898751ad8746757d42aa7b90eeb791c09e4a3ec03251cf9de405aba9ec61deca6355c77b0e5f4cb
8cc03fdefe0ff135caf4fe2a21529c4195536fbe3ce50b879833fd221351adc2ee7f8dc099040a841b6daecf2e8fedb
16603fca40634b6a2211e11db8f0a6a074a7d0d4afadb7bd76505c3d3ad5544e203f6326c95a807299b23ab13633a5f0
4ab0b9bcfac1bbcb2c977d027796b3ce75bb8ca2be184cb5231413c4d634f3747a87ac2460f415ec961f8855fe9d6f2
987c8d5333ab86fde9926bd2ca6c674170a05bfe3bdd81ffd038da6c26c842642f64550fedfe935a15e4ca31870fb29
9fc4018bd96684be88c9e221e4da1bb8f3abd16679dc26c1e8b6e6a1f20cabe69d65201c78607a360370e577bdba587
e1bba7a1186bdb5223abde7ada14a23c42a0ca7915af6fe06985e7ed1e4d43b9b3f7055dd4eba6f2bafaaebca731c30
19713e47937cd1be0dfd0b8f1d43fb93cd2fcbcb6caf493fd1183e416389e61031bf3a5cce3fbafce813711ad011c132
18b46a908f36f6deb918c143fed2edcc523559b8aaf0c2462e6bfe7f911f643249d9cdf41b44d606ce07c8a4d0074d8e
b182cac101b9399d155096004f53f447aa7b12a3426b08ec02710e807b4633f06c851c1919211f20d4c04f00b971ef8
245a394ad1eca9b72fc00ae7be315dc757b3b080d4c158013e6632d3c40659cc6cf90ad1c232a6442d9d3f5db980133
5c129645e44cf1102a159f748c4a3fc5e673d81d7e86568d9ab0f5d396a7ce46ba1049b6579afb7866b1e715475224b
15e6be4e990f03ce4ea50b3b42df2eb5cb181d8f84965a3957add4fa95af01b2b665027efec01c7704b456be69c8b604
;
16112c4c3a9c98b252181140fad0eae9601a6de578980be6eec3232b5be72e7a07f3688ef60c206d01479253b03663c1
1962d75c2381201e1a0cbd6c43c348b885c84ff731c4d59ca4a10356f453e01f78a4260763529e3532f6102c2e49a03d
58df3306640da276faaae7d6e8eb15778c4855551ae7f310c35a5dd279cd2eca6757cd636f96f891e2538b53dbf67f2
16b7d288798e5395f20d23bf89edb4d1d115c5dbddbcd30e123da489e726af41727364f2c28297ada8d26d98445f5416
be0e079545f43e4b00cc912f8228ddcc6d19c9f0f69bbb0542eda0fc9dec916a20b15dc0fd2ededda39142311a5001d
8d9e5297186db2d9fb266eaac783182b70152c65550d881c5ecd87b6f0f5a6449f38db9dfa9cce202c6477faaf9b7ac
166007c08a99db2fc3ba8734ace9824b5eecfdfa8d0cf8ef5dd365bc400a0051d5fa9c01a58b1fb93d1a1399126a775c
16a3ef08be3ea7ea03bcddfabba6ff6ee5a4375efa1f4fd7feb34fd206357132b920f5b00801dee460ee415a15812ed9
1866c8ed336c61231a1be54fd1d74cc4f9fb0ce4c6af5920abc5750c4bf39b4852cfe2f7bb9248836b233d9d55535d4a
167a55cda70a6e1cea820597d94a84903216f763e13d87bb5308592e7ea7d4fbc7385ea3d529b35e346ef48bb8913f55
4d2f259eea405bd48f010a01ad2911d9c6dd039bb61a6290e591b36e636a5c871a5c29f4f83060400f8b49cba8f6aa8
accbb67481d033ff5852c1e48c50c477f94ff8aefce42d28c0f9a88cea7913516f968986f7ebbea9684b529e2561092
ad6b9514c767fe3c3613144b45f1496543346d98adf02267d5ceef9a00d9b8693000763e3b90ac11e99b138573345cc
2660400eb2e4f3b628bdd0d53cd76f2bf565b94e72927c1cb748df27942480e420517bd8714cc80d1fadc1326ed06f7
e0fa1d816ddc03e6b24255e0d7819c171c40f65e273b853324efcd6356caa205ca2f570f13497804415473a1d634b8f
1
""")
ISO2 = rows("""
5c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6+5c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97d6
0+11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71a
11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71e+8ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063fcd104635a790520c0a395554e5c6aaaa9354ffffffffe38d
171d6541fa38ccfaed6dea691f5fb614cb14b4e7f4e810aa22d6108f142b85757098e38d0f671c7188e2aaaaaaaa5ed1+0
;
0+1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa63
c+1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa9f
1+0
;
1530477c7ab4113b59a4c18b076d11930f7da5d4a07f649bf54439d87d27e500fc8c25ebf8c92f6812cfc71c71c6d706+1530477c7ab4113b59a4c18b076d11930f7da5d4a07f649bf54439d87d27e500fc8c25ebf8c92f6812cfc71c71c6d706
0+5c759507e8e333ebb5b7a9a47d7ed8532c52d39fd3a042a88b58423c50ae15d5c2638e343d9c71c6238aaaaaaaa97be
11560bf17baa99bc32126fced787c88f984f87adf7ae0c7f9a208c6b4f20a4181472aaa9cb8d555526a9ffffffffc71c+8ab05f8bdd54cde190937e76bc3e447cc27c3d6fbd7063fcd104635a790520c0a395554e5c6aaaa9354ffffffffe38f
124c9ad43b6cf79bfbf7043de3811ad0761b0f37a1e26286b0e977c69aa274524e79097a56dc4bd9e1b371c71c718b10+0
;
1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa8fb+1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa8fb
0+1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffa9d3
12+1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa99
1+0
""")
