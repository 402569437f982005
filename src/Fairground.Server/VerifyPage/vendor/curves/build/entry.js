// What the verify page needs of the library, and nothing else.
export { bls12_381 } from "@noble/curves/bls12-381.js";
export { p256 } from "@noble/curves/nist.js";
export { sha256, sha512 } from "@noble/hashes/sha2.js";
