// The number by which two people compare their keys: half of it is made of each one's identity.
import { createHash } from 'node:crypto';
import { typed } from '../signal/curve.ts';

const ITERATIONS = 5200;
const GROUPS = 6;
const GROUP_BYTES = 5;
const VERSION = Buffer.from([0, 0]);

function half(name: string, identity: Buffer): string {
  const key = typed(identity);
  let hash: Buffer = Buffer.concat([VERSION, key, Buffer.from(name)]);
  for (let i = 0; i < ITERATIONS; i += 1) {
    hash = createHash('sha512').update(hash).update(key).digest();
  }
  return Array.from({ length: GROUPS }, (_, group) => {
    const number = hash.readUIntBE(group * GROUP_BYTES, GROUP_BYTES) % 100_000;
    return String(number).padStart(5, '0');
  }).join('');
}

export interface Party {
  /** The account's address. */
  readonly name: string;
  readonly identity: Buffer;
}

/** The same for both. */
export function fingerprint(one: Party, other: Party): string {
  return [half(one.name, one.identity), half(other.name, other.identity)].sort().join('');
}
