// The two Signal messages of session version 3, as bytes.
import { timingSafeEqual, createHmac } from 'node:crypto';
import { WireError } from '../wire/bytes.ts';
import { bytesOf, decode, encode, numberOf, type Message, type Schema } from '../wire/protobuf.ts';
import { typed, untyped } from './curve.ts';

export type MessageType = 'pkmsg' | 'msg';

const VERSION = 0x33;
const MAC = 8;

const WHISPER: Schema = {
  1: { name: 'ratchetKey', kind: 'bytes' },
  2: { name: 'counter', kind: 'uint' },
  3: { name: 'previousCounter', kind: 'uint' },
  4: { name: 'ciphertext', kind: 'bytes' },
};

const PREKEY: Schema = {
  1: { name: 'preKeyId', kind: 'uint' },
  2: { name: 'baseKey', kind: 'bytes' },
  3: { name: 'identityKey', kind: 'bytes' },
  4: { name: 'message', kind: 'bytes' },
  5: { name: 'registrationId', kind: 'uint' },
  6: { name: 'signedPreKeyId', kind: 'uint' },
};

export interface WhisperMessage {
  readonly ratchetKey: Buffer;
  readonly counter: number;
  readonly previousCounter: number;
  readonly ciphertext: Buffer;
}

export interface PreKeyMessage {
  readonly preKeyId: number | undefined;
  readonly signedPreKeyId: number;
  readonly registrationId: number;
  readonly baseKey: Buffer;
  readonly identityKey: Buffer;
  /** A whole WhisperMessage, version and MAC included. */
  readonly message: Buffer;
}

/** The MAC's key, and whose identities it covers: the sender's first. */
export interface MacKey {
  readonly key: Buffer;
  readonly sender: Buffer;
  readonly receiver: Buffer;
}

function macOf({ key, sender, receiver }: MacKey, body: Buffer): Buffer {
  const mac = createHmac('sha256', key).update(typed(sender)).update(typed(receiver)).update(body);
  return mac.digest().subarray(0, MAC);
}

export function writeWhisper(message: WhisperMessage, mac: MacKey): Buffer {
  const body = Buffer.concat([
    Buffer.from([VERSION]),
    encode(WHISPER, { ...message, ratchetKey: typed(message.ratchetKey) }),
  ]);
  return Buffer.concat([body, macOf(mac, body)]);
}

function versioned(bytes: Buffer): Buffer {
  if (bytes[0] !== VERSION) throw new WireError('a Signal message of another version');
  return bytes.subarray(1);
}

function keyIn(message: Message, name: string): Buffer {
  try {
    return untyped(bytesOf(message, name));
  } catch {
    throw new WireError(`${name} is no key`);
  }
}

export function readWhisper(bytes: Buffer): WhisperMessage {
  if (bytes.length <= MAC) throw new WireError('a Signal message is cut off');
  const message = decode(WHISPER, versioned(bytes).subarray(0, -MAC));
  if (message['counter'] === undefined) throw new WireError('a Signal message has no number');
  return {
    ratchetKey: keyIn(message, 'ratchetKey'),
    counter: numberOf(message, 'counter'),
    previousCounter: numberOf(message, 'previousCounter'),
    ciphertext: bytesOf(message, 'ciphertext'),
  };
}

export function hasMac(bytes: Buffer, mac: MacKey): boolean {
  return timingSafeEqual(bytes.subarray(-MAC), macOf(mac, bytes.subarray(0, -MAC)));
}

export function writePreKey(message: PreKeyMessage): Buffer {
  const body = encode(PREKEY, {
    ...message,
    baseKey: typed(message.baseKey),
    identityKey: typed(message.identityKey),
  });
  return Buffer.concat([Buffer.from([VERSION]), body]);
}

export function readPreKey(bytes: Buffer): PreKeyMessage {
  const message = decode(PREKEY, versioned(bytes));
  const preKeyId = message['preKeyId'];
  return {
    preKeyId: typeof preKeyId === 'number' ? preKeyId : undefined,
    signedPreKeyId: numberOf(message, 'signedPreKeyId'),
    registrationId: numberOf(message, 'registrationId'),
    baseKey: keyIn(message, 'baseKey'),
    identityKey: keyIn(message, 'identityKey'),
    message: bytesOf(message, 'message'),
  };
}
