// Curve25519: agreement by X25519, and XEdDSA signatures by the same key, with node's own Ed25519.
//
// A key that signs keeps an Ed25519 seed: the X25519 key is what Ed25519 makes of the seed, and a plain
// Ed25519 signature becomes an XEdDSA one by carrying the sign of its public key in a bit that is free.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  randomBytes,
  sign as signEd25519,
  verify as verifyEd25519,
} from 'node:crypto';

/** Stands before a public key in Signal messages; stanzas carry the 32 bytes alone. */
export const KEY_TYPE = 0x05;

const X25519_PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const X25519_PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');
const ED25519_PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_PUBLIC = Buffer.from('302a300506032b6570032100', 'hex');
const PRIME = 2n ** 255n - 19n;
const SIGN_BIT = 0x80;

export interface KeyPair {
  readonly publicKey: Buffer;
  readonly privateKey: Buffer;
}

export interface SigningKeyPair extends KeyPair {
  readonly seed: Buffer;
}

const privateOf = (prefix: Buffer, key: Buffer) =>
  createPrivateKey({ key: Buffer.concat([prefix, key]), format: 'der', type: 'pkcs8' });
const publicOf = (prefix: Buffer, key: Buffer) =>
  createPublicKey({ key: Buffer.concat([prefix, key]), format: 'der', type: 'spki' });

function rawPublic(prefix: Buffer, privateKey: Buffer): Buffer {
  const key = createPublicKey(privateOf(prefix, privateKey));
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}

export function keyPairOf(privateKey: Buffer): KeyPair {
  return { privateKey, publicKey: rawPublic(X25519_PRIVATE, privateKey) };
}

export const newKeyPair = (): KeyPair => keyPairOf(randomBytes(32));

export function newSigningKeyPair(seed: Buffer = randomBytes(32)): SigningKeyPair {
  const privateKey = createHash('sha512').update(seed).digest().subarray(0, 32);
  privateKey[0] = (privateKey[0] ?? 0) & 248;
  privateKey[31] = ((privateKey[31] ?? 0) & 127) | 64;
  return { seed, ...keyPairOf(privateKey) };
}

/** Throws for a public key with which every agreement is zero. */
export function agree(privateKey: Buffer, publicKey: Buffer): Buffer {
  if (publicKey.length !== 32) throw new Error('a public key has 32 bytes');
  return diffieHellman({
    privateKey: privateOf(X25519_PRIVATE, privateKey),
    publicKey: publicOf(X25519_PUBLIC, publicKey),
  });
}

export function sign(key: SigningKeyPair, message: Buffer): Buffer {
  const signature = signEd25519(null, message, privateOf(ED25519_PRIVATE, key.seed));
  const sign = (rawPublic(ED25519_PRIVATE, key.seed)[31] ?? 0) & SIGN_BIT;
  signature[63] = (signature[63] ?? 0) | sign;
  return signature;
}

function fromLittleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function toLittleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % PRIME;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

/** y = (u - 1) / (u + 1): from Montgomery's form of the curve to Edwards'. */
function edwardsOf(montgomery: Buffer): Buffer {
  const u = fromLittleEndian(montgomery) & ((1n << 255n) - 1n);
  const y = ((u - 1n + PRIME) * power(u + 1n, PRIME - 2n)) % PRIME;
  return toLittleEndian(y);
}

export function verify(publicKey: Buffer, message: Buffer, signature: Buffer): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const edwards = edwardsOf(publicKey);
  const plain = Buffer.from(signature);
  edwards[31] = ((edwards[31] ?? 0) & ~SIGN_BIT) | ((plain[63] ?? 0) & SIGN_BIT);
  plain[63] = (plain[63] ?? 0) & ~SIGN_BIT;
  return verifyEd25519(null, message, publicOf(ED25519_PUBLIC, edwards), plain);
}

/** With the type byte, as Signal messages have it. */
export const typed = (publicKey: Buffer): Buffer => Buffer.concat([Buffer.from([KEY_TYPE]), publicKey]);

/** Without it. Throws for keys of another type. */
export function untyped(key: Buffer): Buffer {
  if (key.length !== 33 || key[0] !== KEY_TYPE) throw new Error('no key of Curve25519');
  return key.subarray(1);
}
