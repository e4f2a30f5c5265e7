// Outgoing messages: padded, encrypted, sent, kept for those who ask again.
import { randomBytes } from 'node:crypto';
import { failed, invalid } from '../driver/index.ts';
import { messageOf } from '../driver/failure.ts';
import { withoutDevice } from '../wire/jid.ts';
import { attribute, child, node, numberAttribute, type Node } from '../wire/node.ts';
import { bytesField } from '../wire/protobuf.ts';
import type { ClientContext } from './client_context.ts';
import { commitment } from './franking.ts';
import { bundleIn } from './key_exchange.ts';
import { encodeContent, isMedia, pad, stanzaType, type Content } from './message_content.ts';
import type { Sessions } from './sessions.ts';

const MOST_KEPT = 2000;
const MOST_RETRIES = 5;
const MEDIA_TYPES = { image: 'image', video: 'video', voice: 'ptt', file: 'document' } as const;
/** A field that no version has yet. */
const LATER_FIELD = 4242;

/** What is sent: a content, or bytes that no client would write. */
export interface Outgoing {
  readonly content: Content;
  readonly raw?: Buffer;
  /** Whether `raw` stands as it is, with whatever padding it has. */
  readonly padded?: boolean;
  /** The sender's time where its clock is off, in seconds since 1970. */
  readonly time?: number | undefined;
}

interface Sent {
  readonly to: string;
  readonly outgoing: Outgoing;
  stanza: Node;
  retries: number;
  answered: boolean;
}

export class MessageSender {
  readonly #context: ClientContext;
  readonly #sessions: Sessions;
  readonly #sent = new Map<string, Sent>();
  #corruptNext = false;
  #extendNext = false;

  constructor(context: ClientContext, sessions: Sessions) {
    this.#context = context;
    this.#sessions = sessions;
  }

  corruptNext(): void {
    this.#corruptNext = true;
  }

  extendNext(): void {
    this.#extendNext = true;
  }

  async send(id: string, to: string, outgoing: Outgoing): Promise<void> {
    this.#context.connected();
    await this.#sessions.ensure(to);
    const stanza = this.#stanza(id, to, outgoing, 0);
    this.#remember(id, { to, outgoing, stanza, retries: 0, answered: false });
    this.#context.connected().send(stanza);
  }

  /** Once more under the same id, sealed anew, as after a lost acknowledgement. */
  async resend(id: string): Promise<void> {
    const sent = this.#must(id);
    this.#context.connected();
    await this.#sessions.ensure(sent.to);
    sent.stanza = this.#stanza(id, sent.to, sent.outgoing, 0);
    sent.answered = false;
    this.#context.connected().send(sent.stanza);
  }

  /** The same stanza once more. */
  repeat(id: string): void {
    this.#context.connected().send(this.#must(id).stanza);
  }

  /** After a lost connection: what the server has not acknowledged. */
  repeatUnanswered(): void {
    for (const sent of this.#sent.values()) {
      if (!sent.answered) this.#context.connected().send(sent.stanza);
    }
  }

  textOf(id: string): string | undefined {
    const content = this.#sent.get(id)?.outgoing.content;
    return content?.kind === 'text' ? content.text : undefined;
  }

  onAck(ack: Node): void {
    if (attribute(ack, 'class') !== 'message') return;
    const id = attribute(ack, 'id');
    const sent = this.#sent.get(id);
    if (sent !== undefined) sent.answered = true;
    if (attribute(ack, 'error') === '') return;
    this.#context.emit('send-failed', { id, code: numberAttribute(ack, 'error') });
  }

  /** Somebody could not open a message of ours. */
  async answerRetry(receipt: Node): Promise<void> {
    const id = attribute(child(receipt, 'retry'), 'id') || attribute(receipt, 'id');
    const from = withoutDevice(attribute(receipt, 'from'));
    this.#context.emit('retry-requested', { id, ...this.#context.people.named('from', from) });
    const sent = this.#sent.get(id);
    // Only the receiver of a message may ask for it again.
    if (sent === undefined || sent.to !== from || sent.retries >= MOST_RETRIES) return;
    sent.retries += 1;
    try {
      const keys = child(receipt, 'keys');
      const bundle = keys ? bundleIn(keys, receipt) : await this.#sessions.fetch(from, true);
      this.#sessions.start(from, bundle);
      sent.stanza = this.#stanza(id, from, sent.outgoing, sent.retries);
      sent.answered = false;
      this.#context.connected().send(sent.stanza);
    } catch (thrown) {
      this.#context.emit('send-failed', { id, code: 0, reason: messageOf(thrown) });
    }
  }

  #must(id: string): Sent {
    const sent = this.#sent.get(id);
    if (sent === undefined) throw invalid(`no message ${id} was sent`);
    return sent;
  }

  #remember(id: string, sent: Sent): void {
    this.#sent.set(id, sent);
    for (const old of this.#sent.keys()) {
      if (this.#sent.size <= MOST_KEPT) break;
      this.#sent.delete(old);
    }
  }

  #stanza(id: string, to: string, outgoing: Outgoing, count: number): Node {
    const { content, raw, padded, time } = outgoing;
    const franked = raw === undefined && this.#context.flag('franking', false);
    const secret = franked ? randomBytes(32) : undefined;
    const plain = raw ?? this.#extended(encodeContent(content, secret));
    const { type, bytes } = this.#sessions.encrypt(to, padded ? plain : pad(plain));
    const enc = node(
      'enc',
      {
        v: '2',
        type,
        mediatype: isMedia(content) ? MEDIA_TYPES[content.kind] : undefined,
        count: count === 0 ? undefined : String(count),
      },
      this.#corrupted(bytes),
    );
    const children = [enc];
    if (secret !== undefined) {
      const committed = node('commitment', {}, commitment(secret, content));
      children.push(node('franking', { xmlns: 'urn:parley:surrogate:report' }, [committed]));
    }
    return node(
      'message',
      { id, to, type: stanzaType(content), t: time === undefined ? undefined : String(time) },
      children,
    );
  }

  #extended(protobuf: Buffer): Buffer {
    if (!this.#extendNext) return protobuf;
    this.#extendNext = false;
    return Buffer.concat([protobuf, bytesField(LATER_FIELD, Buffer.from('later'))]);
  }

  /** The last byte belongs to the MAC of a message, and of a first message's inner one where the fields
   * behind it are skipped. */
  #corrupted(bytes: Buffer): Buffer {
    if (!this.#corruptNext) return bytes;
    this.#corruptNext = false;
    return damagedMac(bytes);
  }
}

/** A message whose MAC does not fit, and which is otherwise as it was. */
export function damagedMac(bytes: Buffer): Buffer {
  const damaged = Buffer.from(bytes);
  const at = macEnd(damaged);
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  return damaged;
}

/** Where the MAC ends: at the end, or at the end of field 4 of a first message. */
function macEnd(bytes: Buffer): number {
  const tag = (4 << 3) | 2;
  for (let at = 1; at < bytes.length; ) {
    const key = bytes[at] ?? 0;
    const [value, next] = varintAt(bytes, at + 1);
    if (key === tag && bytes[next] === 0x33) return next + value - 1;
    at = key % 8 === 2 ? next + value : next;
  }
  if (bytes.length === 0) throw failed('an empty message has no MAC');
  return bytes.length - 1;
}

function varintAt(bytes: Buffer, at: number): [number, number] {
  let value = 0;
  let shift = 0;
  for (let i = at; i < bytes.length; i += 1) {
    value += ((bytes[i] ?? 0) & 0x7f) * 2 ** shift;
    shift += 7;
    if ((bytes[i] ?? 0) < 0x80) return [value, i + 1];
  }
  return [0, bytes.length];
}
