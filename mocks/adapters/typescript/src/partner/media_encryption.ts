// Files as they lie on media hosts: AES-256-CBC and ten bytes of HMAC, under keys that are made of the one
// in the message.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  timingSafeEqual,
} from 'node:crypto';
import { expand } from '../wire/noise.ts';
import type { MediaKind } from './message_content.ts';

const MAC = 10;
const STEP = 64 * 1024;
const BLOCK = 16;

const INFO: Readonly<Record<MediaKind, string>> = {
  image: 'WhatsApp Image Keys',
  video: 'WhatsApp Video Keys',
  voice: 'WhatsApp Audio Keys',
  file: 'WhatsApp Document Keys',
};

/** What may be played before all of it is there has MACs of its pieces. */
const STREAMED: ReadonlySet<MediaKind> = new Set(['video', 'voice']);

interface Keys {
  readonly iv: Buffer;
  readonly cipher: Buffer;
  readonly mac: Buffer;
}

function keysOf(kind: MediaKind, key: Buffer): Keys {
  const bytes = expand(key, Buffer.alloc(0), INFO[kind], 112);
  return { iv: bytes.subarray(0, 16), cipher: bytes.subarray(16, 48), mac: bytes.subarray(48, 80) };
}

export const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function macOf(key: Buffer, ...parts: Buffer[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest().subarray(0, MAC);
}

function sidecarOf(keys: Keys, file: Buffer): Buffer {
  const stream = Buffer.concat([keys.iv, file]);
  const macs: Buffer[] = [];
  for (let at = 0; at < stream.length; at += STEP) {
    macs.push(macOf(keys.mac, stream.subarray(at, at + STEP + BLOCK)));
  }
  return Buffer.concat(macs);
}

export interface EncryptedFile {
  readonly file: Buffer;
  readonly fileSha256: Buffer;
  readonly encryptedSha256: Buffer;
  readonly sidecar: Buffer;
}

export function encryptFile(kind: MediaKind, key: Buffer, plain: Buffer): EncryptedFile {
  const keys = keysOf(kind, key);
  const cipher = createCipheriv('aes-256-cbc', keys.cipher, keys.iv);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  const file = Buffer.concat([ciphertext, macOf(keys.mac, keys.iv, ciphertext)]);
  return {
    file,
    fileSha256: sha256(plain),
    encryptedSha256: sha256(file),
    sidecar: STREAMED.has(kind) ? sidecarOf(keys, file) : Buffer.alloc(0),
  };
}

/** What nobody may show to a user: the bytes, whatever they are. */
export function decryptUnchecked(kind: MediaKind, key: Buffer, file: Buffer): Buffer {
  const keys = keysOf(kind, key);
  const decipher = createDecipheriv('aes-256-cbc', keys.cipher, keys.iv).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(file.subarray(0, -MAC)), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  return padding >= 1 && padding <= BLOCK ? padded.subarray(0, -padding) : padded;
}

export interface FileExpectation {
  readonly fileSha256: Buffer;
  readonly encryptedSha256: Buffer;
  readonly size: number;
  /** Empty where the message has none. */
  readonly sidecar: Buffer;
}

/** Why a file is not shown. */
export class DamagedFile extends Error {
  constructor(finding: string) {
    super(finding);
    this.name = 'DamagedFile';
  }
}

function demand(holds: boolean, finding: string): void {
  if (!holds) throw new DamagedFile(finding);
}

/** The plain file; throws DamagedFile unless everything that the message says of it holds. */
export function decryptFile(
  kind: MediaKind,
  key: Buffer,
  file: Buffer,
  expected: FileExpectation,
): Buffer {
  demand(file.length >= BLOCK + MAC, 'too-short');
  demand(sha256(file).equals(expected.encryptedSha256), 'encrypted-digest');
  const keys = keysOf(kind, key);
  const ciphertext = file.subarray(0, -MAC);
  demand(timingSafeEqual(file.subarray(-MAC), macOf(keys.mac, keys.iv, ciphertext)), 'mac');
  if (STREAMED.has(kind) && expected.sidecar.length > 0) {
    demand(sidecarOf(keys, file).equals(expected.sidecar), 'sidecar');
  }
  const decipher = createDecipheriv('aes-256-cbc', keys.cipher, keys.iv);
  let plain: Buffer;
  try {
    plain = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    throw new DamagedFile('padding');
  }
  demand(sha256(plain).equals(expected.fileSha256), 'plain-digest');
  demand(plain.length === expected.size, 'plain-length');
  return plain;
}
