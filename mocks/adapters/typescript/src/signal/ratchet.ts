// The Double Ratchet of one session. A message that cannot be opened changes nothing: work is done on a
// copy, which replaces the state when all went well.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { WireError } from '../wire/bytes.ts';
import { expand } from '../wire/noise.ts';
import { agree, newKeyPair, type KeyPair } from './curve.ts';
import { hasMac, readWhisper, writeWhisper, type MacKey } from './messages.ts';

/** How many message numbers may be left out. */
const MOST_SKIPPED = 2000;
/** How many of the peer's turns are remembered, for messages that come late. */
const MOST_CHAINS = 5;

/** A message number that was used already: another copy of the message was opened. */
export class ReplayError extends Error {
  constructor() {
    super('the message number was used already');
    this.name = 'ReplayError';
  }
}

interface Chain {
  readonly key: Buffer;
  readonly next: number;
}

interface ReceivingChain extends Chain {
  readonly ratchetKey: Buffer;
  /** Keys of numbers that were left out. */
  readonly skipped: ReadonlyMap<number, Buffer>;
  /** No more keys are made: the peer has taken a new turn. */
  readonly closed: boolean;
}

interface State {
  readonly root: Buffer;
  readonly own: KeyPair;
  readonly sending: Chain | undefined;
  readonly previousCounter: number;
  /** The latest first. */
  readonly receiving: readonly ReceivingChain[];
}

export interface Identities {
  readonly own: Buffer;
  readonly peer: Buffer;
}

const SALT = Buffer.alloc(32);

function hmac(key: Buffer, byte: number): Buffer {
  return createHmac('sha256', key).update(Buffer.from([byte])).digest();
}

function advance(chain: Chain): { messageKey: Buffer; chain: Chain } {
  return { messageKey: hmac(chain.key, 1), chain: { key: hmac(chain.key, 2), next: chain.next + 1 } };
}

function turn(root: Buffer, own: KeyPair, peer: Buffer): { root: Buffer; chain: Chain } {
  const keys = expand(agree(own.privateKey, peer), root, 'WhisperRatchet', 64);
  return { root: keys.subarray(0, 32), chain: { key: keys.subarray(32), next: 0 } };
}

interface MessageKeys {
  readonly cipher: Buffer;
  readonly mac: Buffer;
  readonly iv: Buffer;
}

function messageKeys(seed: Buffer): MessageKeys {
  const keys = expand(seed, SALT, 'WhisperMessageKeys', 80);
  return { cipher: keys.subarray(0, 32), mac: keys.subarray(32, 64), iv: keys.subarray(64) };
}

/** Makes keys up to, and without, `until`, and keeps them for messages that may still come. */
function skipTo(chain: ReceivingChain, until: number): ReceivingChain {
  if (chain.closed || until <= chain.next) return chain;
  if (until - chain.next > MOST_SKIPPED) throw new WireError('too many messages were left out');
  const skipped = new Map(chain.skipped);
  let rest: Chain = chain;
  while (rest.next < until) {
    const number = rest.next;
    const step = advance(rest);
    skipped.set(number, step.messageKey);
    rest = step.chain;
  }
  return { ...chain, ...rest, skipped };
}

export class Ratchet {
  readonly identities: Identities;
  #state: State;

  private constructor(identities: Identities, state: State) {
    this.identities = identities;
    this.#state = state;
  }

  static initiator(root: Buffer, identities: Identities, peerRatchetKey: Buffer): Ratchet {
    const own = newKeyPair();
    const first = turn(root, own, peerRatchetKey);
    return new Ratchet(identities, {
      root: first.root,
      own,
      sending: first.chain,
      previousCounter: 0,
      receiving: [],
    });
  }

  static responder(root: Buffer, identities: Identities, own: KeyPair): Ratchet {
    return new Ratchet(identities, {
      root, own, sending: undefined, previousCounter: 0, receiving: [],
    });
  }

  /** Goes its own way from here on. */
  copy(): Ratchet {
    return new Ratchet(this.identities, this.#state);
  }

  /** Every private key that it holds, by what it is. */
  privateKeys(): [string, Buffer][] {
    const { root, own, sending } = this.#state;
    const keys: [string, Buffer][] = [['root key', root], ['ratchet key', own.privateKey]];
    return sending === undefined ? keys : [...keys, ['sending chain', sending.key]];
  }

  encrypt(plain: Buffer): { bytes: Buffer; counter: number } {
    const { own, sending, previousCounter } = this.#writing();
    const { messageKey, chain } = advance(sending);
    const keys = messageKeys(messageKey);
    const cipher = createCipheriv('aes-256-cbc', keys.cipher, keys.iv);
    const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
    const counter = sending.next;
    const message = { ratchetKey: own.publicKey, counter, previousCounter, ciphertext };
    this.#state = { ...this.#writing(), sending: chain };
    return { bytes: writeWhisper(message, this.#mac(keys.mac, true)), counter };
  }

  /** Leaves out message numbers, as if as many messages had been lost. */
  skip(count: number): void {
    for (let i = 0; i < count; i += 1) {
      const state = this.#writing();
      this.#state = { ...state, sending: advance(state.sending).chain };
    }
  }

  knows(ratchetKey: Buffer): boolean {
    return this.#state.receiving.some((chain) => chain.ratchetKey.equals(ratchetKey));
  }

  /** Throws ReplayError, or WireError for what cannot be opened. */
  decrypt(bytes: Buffer): Buffer {
    const message = readWhisper(bytes);
    const stepped = this.knows(message.ratchetKey)
      ? this.#state
      : this.#step(message.ratchetKey, message.previousCounter);
    const index = stepped.receiving.findIndex((one) => one.ratchetKey.equals(message.ratchetKey));
    const found = stepped.receiving[index];
    if (found === undefined) throw new WireError('no such turn');
    const chain = skipTo(found, message.counter + 1);
    const seed = chain.skipped.get(message.counter);
    if (seed === undefined) throw new ReplayError();
    const plain = this.#open(bytes, message.ciphertext, messageKeys(seed));
    const skipped = new Map(chain.skipped);
    skipped.delete(message.counter);
    const receiving = stepped.receiving.with(index, { ...chain, skipped });
    this.#state = { ...stepped, receiving };
    return plain;
  }

  /** Our own turn is taken when there is something to write, not before: a copy of the keys that was taken
   * in between opens nothing of what follows. */
  #writing(): State & { sending: Chain } {
    const { sending, receiving, root } = this.#state;
    if (sending !== undefined) return { ...this.#state, sending };
    const [latest] = receiving;
    if (latest === undefined) throw new Error('the peer has to write first');
    const own = newKeyPair();
    const ours = turn(root, own, latest.ratchetKey);
    const state = { ...this.#state, root: ours.root, own, sending: ours.chain };
    this.#state = state;
    return state;
  }

  #mac(key: Buffer, sending: boolean): MacKey {
    const { own, peer } = this.identities;
    return sending ? { key, sender: own, receiver: peer } : { key, sender: peer, receiver: own };
  }

  #open(bytes: Buffer, ciphertext: Buffer, keys: MessageKeys): Buffer {
    if (!hasMac(bytes, this.#mac(keys.mac, false))) throw new WireError('the MAC does not fit');
    const decipher = createDecipheriv('aes-256-cbc', keys.cipher, keys.iv);
    try {
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    } catch {
      throw new WireError('the padding of the cipher does not fit');
    }
  }

  /** The peer has taken a new turn: what it wrote before is at an end, and so is our own turn. */
  #step(ratchetKey: Buffer, previousCounter: number): State {
    const { root, own, sending, receiving } = this.#state;
    const theirs = turn(root, own, ratchetKey);
    const [last, ...older] = receiving;
    const ended = last === undefined ? [] : [close(last, previousCounter)];
    const chain: ReceivingChain = { ...theirs.chain, ratchetKey, skipped: new Map(), closed: false };
    return {
      root: theirs.root,
      own,
      sending: undefined,
      previousCounter: Math.max(0, (sending?.next ?? 0) - 1),
      receiving: [chain, ...ended, ...older].slice(0, MOST_CHAINS),
    };
  }
}

/** Who never wrote says so in different ways, which is no reason to refuse what follows. */
function close(chain: ReceivingChain, previousCounter: number): ReceivingChain {
  const plausible = previousCounter - chain.next < MOST_SKIPPED;
  const filled = plausible ? skipTo(chain, previousCounter + 1) : chain;
  return { ...filled, key: Buffer.alloc(0), closed: true };
}
