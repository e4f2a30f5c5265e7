// The Signal side of an account: its identity, its prekeys, and a session with each peer.
import { randomInt } from 'node:crypto';
import { WireError } from '../wire/bytes.ts';
import { expand } from '../wire/noise.ts';
import {
  agree,
  newKeyPair,
  newSigningKeyPair,
  sign,
  typed,
  verify,
  type KeyPair,
  type SigningKeyPair,
} from './curve.ts';
import { readPreKey, writePreKey, type MessageType, type PreKeyMessage } from './messages.ts';
import { Ratchet } from './ratchet.ts';

export interface PreKey {
  readonly id: number;
  readonly key: KeyPair;
}

export interface SignedPreKey extends PreKey {
  readonly signature: Buffer;
}

/** What somebody publishes, so that others can write to them. */
export interface Bundle {
  readonly registrationId: number;
  readonly identity: Buffer;
  readonly signedPreKey: { readonly id: number; readonly key: Buffer; readonly signature: Buffer };
  readonly preKey: { readonly id: number; readonly key: Buffer } | undefined;
}

export interface Encrypted {
  readonly type: MessageType;
  readonly bytes: Buffer;
}

export interface Decrypted {
  readonly plain: Buffer;
  /** Whether the peer was known under another identity before. */
  readonly identityChanged: boolean;
}

interface Session {
  readonly ratchet: Ratchet;
  readonly baseKey: Buffer;
  /** Set until the peer has answered: what it needs to build its side. */
  pending: { preKeyId: number | undefined; signedPreKeyId: number } | undefined;
}

/** Sessions that a newer one replaced, kept for messages on their way. */
const MOST_ARCHIVED = 10;
const MOST_ID = 0xffffff;
const FIRST_BYTES = Buffer.alloc(32, 0xff);
const SALT = Buffer.alloc(32);

function rootOf(agreements: readonly Buffer[]): Buffer {
  const secret = Buffer.concat([FIRST_BYTES, ...agreements]);
  return expand(secret, SALT, 'WhisperText', 64).subarray(0, 32);
}

function newSignedPreKey(identity: SigningKeyPair): SignedPreKey {
  const key = newKeyPair();
  return { id: randomInt(1, MOST_ID), key, signature: sign(identity, typed(key.publicKey)) };
}

/** Throws WireError where the signature does not hold. */
export function checkBundle(bundle: Bundle): void {
  const { key, signature } = bundle.signedPreKey;
  if (!verify(bundle.identity, typed(key), signature)) {
    throw new WireError('the signature of the signed prekey does not hold');
  }
}

export class SignalAccount {
  readonly identity: SigningKeyPair;
  readonly registrationId: number;
  readonly signedPreKey: SignedPreKey;
  readonly #preKeys = new Map<number, KeyPair>();
  readonly #sessions = new Map<string, Session[]>();
  readonly #identities = new Map<string, Buffer>();
  #nextId = randomInt(1, MOST_ID);

  /** A new one, or one that has what `other` has and goes its own way from here on. */
  constructor(other?: SignalAccount) {
    this.identity = other?.identity ?? newSigningKeyPair();
    this.registrationId = other?.registrationId ?? randomInt(1, 16_381);
    this.signedPreKey = other?.signedPreKey ?? newSignedPreKey(this.identity);
    if (other === undefined) return;
    other.#preKeys.forEach((key, id) => this.#preKeys.set(id, key));
    other.#identities.forEach((key, peer) => this.#identities.set(peer, key));
    for (const [peer, sessions] of other.#sessions) {
      const copies = sessions.map((one) => ({ ...one, ratchet: one.ratchet.copy() }));
      this.#sessions.set(peer, copies);
    }
  }

  /** Every private key that it holds, by what it is. */
  privateKeys(): [string, Buffer][] {
    const sessions = [...this.#sessions.values()].flat();
    return [
      ['identity', this.identity.privateKey],
      ['identity seed', this.identity.seed],
      ['signed prekey', this.signedPreKey.key.privateKey],
      ...[...this.#preKeys.values()].map(({ privateKey }): [string, Buffer] => ['prekey', privateKey]),
      ...sessions.flatMap(({ ratchet }) => ratchet.privateKeys()),
    ];
  }

  newPreKeys(count: number): PreKey[] {
    return Array.from({ length: count }, () => {
      const id = this.#nextId;
      this.#nextId = (this.#nextId % MOST_ID) + 1;
      const key = newKeyPair();
      this.#preKeys.set(id, key);
      return { id, key };
    });
  }

  hasSession(peer: string): boolean {
    return (this.#sessions.get(peer)?.length ?? 0) > 0;
  }

  endSession(peer: string): void {
    this.#sessions.delete(peer);
  }

  identityOf(peer: string): Buffer | undefined {
    return this.#identities.get(peer);
  }

  /** True where the peer was known under another identity. Throws WireError for keys that no session can
   * be built on. */
  startSession(peer: string, bundle: Bundle): boolean {
    checkBundle(bundle);
    const base = newKeyPair();
    const { identity, signedPreKey, preKey } = bundle;
    const agreements = agreed(() => [
      agree(this.identity.privateKey, signedPreKey.key),
      agree(base.privateKey, identity),
      agree(base.privateKey, signedPreKey.key),
      ...(preKey === undefined ? [] : [agree(base.privateKey, preKey.key)]),
    ]);
    const identities = { own: this.identity.publicKey, peer: identity };
    this.#add(peer, {
      ratchet: Ratchet.initiator(rootOf(agreements), identities, signedPreKey.key),
      baseKey: base.publicKey,
      pending: { preKeyId: preKey?.id, signedPreKeyId: signedPreKey.id },
    });
    return this.#meet(peer, identity);
  }

  encrypt(peer: string, plain: Buffer): Encrypted {
    const session = this.#current(peer);
    const { bytes } = session.ratchet.encrypt(plain);
    if (session.pending === undefined) return { type: 'msg', bytes };
    const message = writePreKey({
      ...session.pending,
      registrationId: this.registrationId,
      baseKey: session.baseKey,
      identityKey: this.identity.publicKey,
      message: bytes,
    });
    return { type: 'pkmsg', bytes: message };
  }

  skip(peer: string, count: number): void {
    this.#current(peer).ratchet.skip(count);
  }

  /** Throws ReplayError, or WireError for what cannot be opened; neither changes anything. */
  decrypt(peer: string, type: MessageType, bytes: Buffer): Decrypted {
    if (type === 'msg') return { plain: this.#decryptWhisper(peer, bytes), identityChanged: false };
    const message = readPreKey(bytes);
    const known = this.#sessions.get(peer)?.find((one) => one.baseKey.equals(message.baseKey));
    if (known !== undefined) {
      if (!known.ratchet.identities.peer.equals(message.identityKey)) {
        throw new WireError('the message names another identity than its session');
      }
      return { plain: this.#answered(peer, known, message.message), identityChanged: false };
    }
    return this.#accept(peer, message);
  }

  #decryptWhisper(peer: string, bytes: Buffer): Buffer {
    const sessions = this.#sessions.get(peer) ?? [];
    let failure: unknown = new WireError('there is no session');
    for (const [i, session] of sessions.entries()) {
      try {
        return this.#answered(peer, session, bytes);
      } catch (thrown) {
        // What the first one says counts, unless another knows the message.
        if (i === 0 || (thrown as Error).name === 'ReplayError') failure = thrown;
      }
    }
    throw failure;
  }

  /** Opens a message of the peer's; the session that it came in is the one to answer in. */
  #answered(peer: string, session: Session, bytes: Buffer): Buffer {
    const plain = session.ratchet.decrypt(bytes);
    session.pending = undefined;
    this.#add(peer, session);
    return plain;
  }

  #accept(peer: string, message: PreKeyMessage): Decrypted {
    const { preKeyId, signedPreKeyId, identityKey, baseKey } = message;
    const preKey = preKeyId === undefined ? undefined : this.#preKeys.get(preKeyId);
    if (preKeyId !== undefined && preKey === undefined) throw new WireError('no such prekey');
    if (signedPreKeyId !== this.signedPreKey.id) throw new WireError('no such signed prekey');
    const signed = this.signedPreKey.key;
    const agreements = agreed(() => [
      agree(signed.privateKey, identityKey),
      agree(this.identity.privateKey, baseKey),
      agree(signed.privateKey, baseKey),
      ...(preKey === undefined ? [] : [agree(preKey.privateKey, baseKey)]),
    ]);
    const identities = { own: this.identity.publicKey, peer: identityKey };
    const ratchet = Ratchet.responder(rootOf(agreements), identities, signed);
    const plain = ratchet.decrypt(message.message);
    // A one-time prekey serves once.
    if (preKeyId !== undefined) this.#preKeys.delete(preKeyId);
    this.#add(peer, { ratchet, baseKey, pending: undefined });
    return { plain, identityChanged: this.#meet(peer, identityKey) };
  }

  #current(peer: string): Session {
    const session = this.#sessions.get(peer)?.[0];
    if (session === undefined) throw new Error('there is no session');
    return session;
  }

  #add(peer: string, session: Session): void {
    const others = (this.#sessions.get(peer) ?? []).filter((one) => one !== session);
    this.#sessions.set(peer, [session, ...others].slice(0, 1 + MOST_ARCHIVED));
  }

  #meet(peer: string, identity: Buffer): boolean {
    const before = this.#identities.get(peer);
    this.#identities.set(peer, identity);
    return before !== undefined && !before.equals(identity);
  }
}

/** Keys with which every agreement is zero make node's X25519 fail. */
function agreed(agreements: () => Buffer[]): Buffer[] {
  try {
    return agreements();
  } catch {
    throw new WireError('a key allows no agreement');
  }
}

