// Noise (revision 34) with 25519, AESGCM and SHA256: the patterns XX and IK, and XXfallback for a server
// that does not take an IK. One deviation is the chat protocol's: a first payload that is empty and not
// encrypted is not mixed into the hash.
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { agree, newKeyPair, type KeyPair } from '../signal/curve.ts';
import { ByteReader, WireError } from './bytes.ts';

type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss';
type PatternName = 'XX' | 'IK' | 'XXfallback';

interface Pattern {
  /** Known before the first message: the responder's static key, or the initiator's ephemeral. */
  readonly before: 'nothing' | 'peer-static' | 'initiator-ephemeral';
  readonly messages: readonly (readonly Token[])[];
}

const PATTERNS: Readonly<Record<PatternName, Pattern>> = {
  XX: { before: 'nothing', messages: [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']] },
  IK: { before: 'peer-static', messages: [['e', 'es', 's', 'ss'], ['e', 'ee', 'se']] },
  // The initiator is who answered the first, abandoned handshake: its turn comes first here.
  XXfallback: {
    before: 'initiator-ephemeral',
    messages: [[], ['e', 'ee', 's', 'es'], ['s', 'se']],
  },
};

const KEY = 32;
const TAG = 16;

export function expand(input: Buffer, salt: Buffer, info: string, size: number): Buffer {
  return Buffer.from(hkdfSync('sha256', input, salt, info, size));
}

function nonce(counter: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(counter, 8);
  return bytes;
}

function seal(key: Buffer, counter: number, aad: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(counter));
  cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, counter: number, aad: Buffer, sealed: Buffer): Buffer {
  if (sealed.length < TAG) throw new WireError('a sealed text is shorter than its tag');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(counter), { authTagLength: TAG });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
  } catch {
    throw new WireError('a sealed text does not fit its tag');
  }
}

/** One direction after the handshake. */
export class TransportCipher {
  readonly #key: Buffer;
  #counter = 0;

  constructor(key: Buffer) {
    this.#key = key;
  }

  seal(plain: Buffer): Buffer {
    return seal(this.#key, this.#next(), Buffer.alloc(0), plain);
  }

  open(sealed: Buffer): Buffer {
    return open(this.#key, this.#next(), Buffer.alloc(0), sealed);
  }

  #next(): number {
    if (this.#counter > 0xffffffff) throw new WireError('a cipher has no nonces left');
    return this.#counter++;
  }
}

export interface NoiseConfig {
  readonly pattern: PatternName;
  readonly initiator: boolean;
  readonly prologue: Buffer;
  readonly staticKey: KeyPair;
  readonly ephemeralKey?: KeyPair;
  readonly peerStatic?: Buffer;
  readonly peerEphemeral?: Buffer;
  /** As the Noise specification has it; the chat protocol does not. */
  readonly mixEmptyPayload?: boolean;
}

export interface Split {
  readonly send: TransportCipher;
  readonly receive: TransportCipher;
}

export class NoiseHandshake {
  readonly #config: NoiseConfig;
  readonly #pattern: Pattern;
  readonly #ephemeral: KeyPair;
  #peerStatic: Buffer | undefined;
  #peerEphemeral: Buffer | undefined;
  #hash: Buffer;
  #chainingKey: Buffer;
  #key: Buffer | undefined;
  #counter = 0;
  #turn = 0;

  constructor(config: NoiseConfig) {
    this.#config = config;
    this.#pattern = PATTERNS[config.pattern];
    this.#ephemeral = config.ephemeralKey ?? newKeyPair();
    this.#peerStatic = config.peerStatic;
    this.#peerEphemeral = config.peerEphemeral;
    const name = Buffer.from(`Noise_${config.pattern}_25519_AESGCM_SHA256`);
    this.#hash =
      name.length > KEY
        ? createHash('sha256').update(name).digest()
        : Buffer.concat([name, Buffer.alloc(KEY - name.length)]);
    this.#chainingKey = this.#hash;
    this.#mixHash(config.prologue);
    this.#mixKnown();
  }

  get hash(): Buffer {
    return this.#hash;
  }

  get peerStatic(): Buffer | undefined {
    return this.#peerStatic;
  }

  get #writes(): boolean {
    return this.#config.initiator === (this.#turn % 2 === 0);
  }

  /** The parts of the next message in the order in which they stand: keys, then the payload. */
  write(payload: Buffer): Buffer[] {
    if (!this.#writes) throw new Error('it is the other side that writes');
    const parts: Buffer[] = [];
    for (const token of this.#tokens()) {
      if (token === 'e') {
        this.#mixHash(this.#ephemeral.publicKey);
        parts.push(this.#ephemeral.publicKey);
      } else if (token === 's') {
        parts.push(this.#seal(this.#config.staticKey.publicKey));
      } else {
        this.#mixKey(this.#agreement(token));
      }
    }
    parts.push(this.#payload(payload, true));
    return parts;
  }

  read(message: Buffer): Buffer {
    if (this.#writes) throw new Error('it is this side that writes');
    const reader = new ByteReader(message);
    for (const token of this.#tokens()) {
      if (token === 'e') {
        this.#peerEphemeral = Buffer.from(reader.take(KEY));
        this.#mixHash(this.#peerEphemeral);
      } else if (token === 's') {
        this.#peerStatic = this.#open(reader.take(KEY + (this.#key === undefined ? 0 : TAG)));
      } else {
        this.#mixKey(this.#agreement(token));
      }
    }
    return this.#payload(reader.take(reader.left), false);
  }

  split(): Split {
    const keys = expand(Buffer.alloc(0), this.#chainingKey, '', 2 * KEY);
    const first = new TransportCipher(keys.subarray(0, KEY));
    const second = new TransportCipher(keys.subarray(KEY));
    return this.#config.initiator
      ? { send: first, receive: second }
      : { send: second, receive: first };
  }

  #mixKnown(): void {
    const { initiator } = this.#config;
    if (this.#pattern.before === 'peer-static') {
      this.#mixHash(this.#must(initiator ? this.#peerStatic : this.#config.staticKey.publicKey));
    }
    if (this.#pattern.before === 'initiator-ephemeral') {
      this.#mixHash(this.#must(initiator ? this.#ephemeral.publicKey : this.#peerEphemeral));
      this.#turn = 1;
    }
  }

  #tokens(): readonly Token[] {
    const tokens = this.#pattern.messages[this.#turn];
    if (tokens === undefined) throw new Error('the handshake is over');
    this.#turn += 1;
    return tokens;
  }

  #payload(bytes: Buffer, writing: boolean): Buffer {
    const skipped = bytes.length === 0 && this.#key === undefined;
    if (skipped && !this.#config.mixEmptyPayload) return bytes;
    return writing ? this.#seal(bytes) : this.#open(bytes);
  }

  #must(key: Buffer | undefined): Buffer {
    if (key === undefined) throw new Error('a key is not known');
    return key;
  }

  #agreement(token: Token): Buffer {
    const own = this.#config.initiator ? token.charAt(0) : token.charAt(1);
    const peer = this.#config.initiator ? token.charAt(1) : token.charAt(0);
    const mine = own === 'e' ? this.#ephemeral : this.#config.staticKey;
    return agree(mine.privateKey, this.#must(peer === 'e' ? this.#peerEphemeral : this.#peerStatic));
  }

  #mixHash(data: Buffer): void {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest();
  }

  #mixKey(input: Buffer): void {
    const keys = expand(input, this.#chainingKey, '', 2 * KEY);
    this.#chainingKey = keys.subarray(0, KEY);
    this.#key = keys.subarray(KEY);
    this.#counter = 0;
  }

  #seal(plain: Buffer): Buffer {
    const sealed = this.#key === undefined ? plain : seal(this.#key, this.#counter++, this.#hash, plain);
    this.#mixHash(sealed);
    return sealed;
  }

  #open(sealed: Buffer): Buffer {
    const plain = this.#key === undefined ? sealed : open(this.#key, this.#counter++, this.#hash, sealed);
    this.#mixHash(sealed);
    return Buffer.from(plain);
  }
}
