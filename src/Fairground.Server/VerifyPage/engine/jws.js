// Signatures: JWS in compact form with ES256 (RFC 7515, RFC 7518 section 3.4), and nothing else.

/** A key set as served at /.well-known/jwks.json; keys of other kinds are passed over. */
function parseJwks(value) {
  const keys = [];
  for (const item of listIn(asObject(value, "The key set"), "keys")) {
    const key = asObject(item, "A key");
    if (textIn(key, "kty") !== "EC" || !key.has("crv") || textIn(key, "crv") !== "P-256" || !key.has("kid")) continue;
    const [x, y] = ["x", "y"].map(name => fromBase64Url(textIn(key, name)));
    if (x.length !== 32 || y.length !== 32) throw new Unreadable("A coordinate must be 32 bytes.");
    // Two programs could each believe another one of the two.
    if (keys.some(known => known.kid === key.get("kid"))) throw new Unreadable(`The key "${short(textIn(key, "kid"))}" stands twice in the key set.`);
    keys.push({ kid: textIn(key, "kid"), x: textIn(key, "x"), y: textIn(key, "y"), point: join([4], x, y) });
  }
  return keys;
}

/** The payload and key id of a JWS, or the problem as a sentence. What calls itself another kind of ours than the one asked for is refused. */
function checkJws(jws, keys, kind) {
  let kid = null;
  const problem = text => ({ payload: null, kid, problem: text });
  try {
    const parts = jws.split(".");
    if (parts.length !== 3) return problem("The signature is not in compact form: three parts with dots between.");
    const header = asObject(parseJson(fromBase64Url(parts[0])), "The header of the signature");
    kid = textIn(header, "kid");
    if (textIn(header, "alg") !== "ES256") return problem("The signature is not made with ES256.");
    if (header.has("crit")) return problem("The signature asks for extensions that are not known.");
    const typ = header.has("typ") ? textIn(header, "typ") : "";
    if (typ.startsWith("fairground-") && typ !== `fairground-${kind}+jws`) return problem(`The signature is one of another kind: ${short(typ)}.`);
    const [payload, signature] = [fromBase64Url(parts[1]), fromBase64Url(parts[2])];
    if (signature.length !== 64) return problem("The signature is not 64 bytes long.");
    const key = keys.find(candidate => candidate.kid === kid);
    if (key === undefined) return problem(`The signature names the key "${kid}", which is not among the known keys.`);
    // ECDSA as RFC 7518 has it takes either of the two s; only then is every honest signature accepted.
    const holds = isPoint(key.point) && curves.p256.verify(signature, toBytes(parts[0] + "." + parts[1]), key.point, { lowS: false, prehash: true, format: "compact" });
    return holds ? { payload, kid, problem: null } : problem(`The signature does not verify under the key "${kid}".`);
  } catch (error) {
    if (error instanceof Unreadable) return problem("The signature cannot be read: " + error.message);
    throw error;
  }
}

function isPoint(bytes) {
  try {
    return !curves.p256.Point.fromBytes(bytes).is0();
  } catch {
    return false;
  }
}

/** A signed object read by its reader; problem is a sentence where it is not signed or cannot be read. */
function readSigned(jws, keys, kind, read) {
  const check = checkJws(jws, keys, kind);
  if (check.payload === null) return { ...check, value: null };
  try {
    return { ...check, value: read(parseJson(check.payload)) };
  } catch (error) {
    if (error instanceof Unreadable) return { ...check, value: null, problem: error.message };
    throw error;
  }
}

/** What a JWS says, whoever signed it; null where it is no JWS. For sorting files, never for believing them. */
function peekJws(jws) {
  try {
    const payload = parseJson(fromBase64Url(jws.split(".")[1]));
    return payload instanceof Map ? payload : null;
  } catch {
    return null;
  }
}
