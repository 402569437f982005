// Published vectors against the scripts of the verify page. Gives what is wrong, one line each.

async function vectorProblems({ proofs, chains, beacons, cases, inclusion }) {
  const problems = [];
  const expect = (holds, what) => holds || problems.push(what);
  const { fromHex, hex, toBytes } = Fairground.bytes;
  const sha = async bytes => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

  for (const vector of proofs) {
    const lot = vector.terms.lot;
    const self = await draws.operator();
    const number = seq => JSON.parse(vector.leaves[seq - 1]).number;
    const places = vector.places.map((seq, place) => ({ place, seq, number: number(seq) }));
    const closing = { lot, termsHash: vector.termsHash, size: vector.leaves.length, root: vector.root, closedAt: "2026-01-08T00:00:00Z" };
    const bundle = {
      v: 1, terms: vector.terms, closing: await self.sign(closing), entries: "entries.txt", beacon: { secret: vector.secret }, winners: places.slice(0, vector.terms.winners),
      reserves: places.slice(vector.terms.winners), jwks: { keys: [self.jwk] },
    };
    expect((await sha(toBytes(Fairground.canonical(Fairground.parseJson(JSON.stringify(vector.terms)))))) === vector.termsHash, `${lot}: hash of the terms`);
    const report = await Fairground.verifyDraw({ bundle: toBytes(JSON.stringify(bundle)), entries: [toBytes(vector.leaves.join("\n"))] });
    expect(report.verdict === "doubts", `${lot}: ${report.sentence}`);
    expect(report.steps.some(step => step.id === "seed" && step.sentence.includes(vector.seed)), `${lot}: seed`);
    const other = { ...bundle, winners: [{ ...places[0], seq: (places[0].seq % vector.leaves.length) + 1 }, ...bundle.winners.slice(1)] };
    if (vector.leaves.length > 1) expect((await Fairground.verifyDraw({ bundle: toBytes(JSON.stringify(other)), entries: [toBytes(vector.leaves.join("\n"))] })).verdict === "failed", `${lot}: another winner`);
  }

  const previous = beacon => (beacon.previous_signature ? fromHex(beacon.previous_signature) : null);
  const verifies = (chain, beacon, round = beacon.round) => Fairground.verifyDrand({ publicKey: chain.public_key, scheme: chain.scheme }, round, fromHex(beacon.signature), previous(beacon));
  for (const [i, beacon] of beacons.entries()) {
    const chain = chains.find(candidate => candidate.name === beacon.chain);
    expect(verifies(chain, beacon), `${beacon.chain} ${beacon.round} must verify`);
    // A pairing costs tenths of a second; the wrong round of a few is enough.
    if (i % 6 === 0) expect(!verifies(chain, beacon, beacon.round + 1), `${beacon.chain} ${beacon.round} must not verify as the next round`);
  }
  for (const { public_key, scheme, beacon } of cases.must_verify) expect(verifies({ public_key, scheme }, beacon), `published case ${beacon.round} must verify`);
  for (const { public_key, scheme, beacon, why } of cases.must_not_verify) {
    const genuine = verifies({ public_key, scheme }, beacon) && (await sha(fromHex(beacon.signature))) === beacon.randomness;
    expect(!genuine, `must not verify: ${why}`);
  }

  const base64 = text => Uint8Array.from(atob(text ?? ""), letter => letter.charCodeAt(0));
  for (const [i, { leafIdx, treeSize, root, leafHash, proof, wantErr }] of inclusion.entries()) {
    const path = (proof ?? []).map(base64);
    const whole = base64(leafHash).length === 32 && path.every(hash => hash.length === 32);
    const found = whole ? Fairground.rootOfInclusion(base64(leafHash), leafIdx, treeSize, path) : null;
    expect((found !== null && hex(found) === hex(base64(root))) === !wantErr, `inclusion case ${i}`);
  }
  return problems;
}
