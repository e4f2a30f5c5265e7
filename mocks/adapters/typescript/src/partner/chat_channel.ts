// The chat protocol below the stanzas: header, handshake, certificate check, sealed frames.
import { WireError } from '../wire/bytes.ts';
import { checkChain } from '../wire/certificate_chain.ts';
import { HANDSHAKE } from '../wire/chat_messages.ts';
import { CHAT_HEADER, FrameReader, frame } from '../wire/frames.ts';
import { NoiseHandshake, type Split } from '../wire/noise.ts';
import type { Node } from '../wire/node.ts';
import { packStanza, unpackStanza } from '../wire/node_codec.ts';
import { bytesOf, decode, encode, messageOf } from '../wire/protobuf.ts';
import type { KeyPair } from '../signal/curve.ts';

export interface ChannelConfig {
  readonly staticKey: KeyPair;
  /** Made, and so leaving, only when the server has proved who it is. */
  readonly payload: () => Buffer;
  readonly root: Buffer;
  /** Seconds since 1970. */
  readonly now: () => number;
}

export class ChatChannel {
  readonly #config: ChannelConfig;
  readonly #frames = new FrameReader();
  readonly #noise: NoiseHandshake;
  #split: Split | undefined;

  constructor(config: ChannelConfig) {
    this.#config = config;
    this.#noise = new NoiseHandshake({
      pattern: 'XX',
      initiator: true,
      prologue: CHAT_HEADER,
      staticKey: config.staticKey,
    });
  }

  /** What a client sends first. */
  open(): Buffer {
    const [ephemeral] = this.#noise.write(Buffer.alloc(0));
    const hello = encode(HANDSHAKE, { clientHello: { ephemeral } });
    return Buffer.concat([CHAT_HEADER, frame(hello)]);
  }

  seal(stanza: Node): Buffer {
    if (this.#split === undefined) throw new Error('the handshake is not over');
    return frame(this.#split.send.seal(packStanza(stanza)));
  }

  /** Calls `reply` with what has to be sent and `onStanza` with what came. Throws WireError for what must
   * end the connection. */
  take(bytes: Buffer, reply: (bytes: Buffer) => void, onStanza: (stanza: Node) => void): void {
    for (const body of this.#frames.push(bytes)) {
      if (this.#split === undefined) reply(this.#finish(body));
      else onStanza(unpackStanza(this.#split.receive.open(body)));
    }
  }

  #finish(body: Buffer): Buffer {
    const hello = messageOf(decode(HANDSHAKE, body), 'serverHello');
    if (hello === undefined) throw new WireError('the server says no hello');
    const parts = ['ephemeral', 'static', 'payload'].map((name) => bytesOf(hello, name));
    const chain = this.#noise.read(Buffer.concat(parts));
    checkChain(chain, {
      root: this.#config.root,
      serverKey: this.#noise.peerStatic ?? Buffer.alloc(0),
      now: this.#config.now(),
    });
    const [key, payload] = this.#noise.write(this.#config.payload());
    this.#split = this.#noise.split();
    return frame(encode(HANDSHAKE, { clientFinish: { static: key, payload } }));
  }
}
