// Incoming messages: opened, checked, acknowledged, shown.
import { messageOf } from '../driver/failure.ts';
import type { JsonObject } from '../driver/index.ts';
import type { MessageType } from '../signal/messages.ts';
import { withoutDevice } from '../wire/jid.ts';
import { attribute, child, contentOf, node, numberAttribute, type Node } from '../wire/node.ts';
import type { ClientContext } from './client_context.ts';
import { departs } from './defects.ts';
import { safeFileName } from './file_name.ts';
import { commitment } from './franking.ts';
import { ownKeysNode, registrationNode } from './key_exchange.ts';
import { digestText, downloadFile } from './media_transfer.ts';
import {
  contentFacts,
  decodeContent,
  isMedia,
  unpad,
  type Content,
  type MediaContent,
  type Opened,
  type ReactionContent,
} from './message_content.ts';
import type { Sessions } from './sessions.ts';

/** The native clients' codes for stanzas that no retry can mend. */
const UNPARSABLE = '487';
const INVALID_CONTENT = '491';
const MOST_REMEMBERED = 4000;
const MOST_RETRIES = 5;
/** How far ahead of ours an honest sender's clock may be. */
const TOLERANCE_MS = 60_000;

interface Envelope {
  readonly id: string;
  readonly from: string;
  readonly device: string;
  readonly time: number;
  readonly type: MessageType;
  readonly bytes: Buffer;
  /** Empty where the message came without one. */
  readonly commitment: Buffer;
}

/** A message as it came, for who wants to know what a copy of the keys would open. */
export interface Overheard {
  readonly from: string;
  readonly type: MessageType;
  readonly bytes: Buffer;
}

interface Shown {
  readonly author: string;
  readonly text: string;
}

/** A map that forgets what is oldest. */
class Memory<T> extends Map<string, T> {
  override set(key: string, value: T): this {
    super.set(key, value);
    for (const old of this.keys()) {
      if (this.size <= MOST_REMEMBERED) break;
      this.delete(old);
    }
    return this;
  }
}

function envelopeOf(message: Node): Envelope | undefined {
  const enc = child(message, 'enc');
  const type = attribute(enc, 'type');
  const id = attribute(message, 'id');
  const device = attribute(message, 'from');
  // An older form of the envelope would be an older form of the encryption.
  if (id === '' || device === '' || enc?.content === undefined || attribute(enc, 'v') !== '2') {
    return undefined;
  }
  if (type !== 'pkmsg' && type !== 'msg') return undefined;
  return {
    id,
    device,
    type,
    from: withoutDevice(device),
    time: numberAttribute(message, 't'),
    bytes: enc.content,
    commitment: contentOf(child(message, 'franking'), 'commitment'),
  };
}

export class MessageReceiver {
  readonly #context: ClientContext;
  readonly #sessions: Sessions;
  readonly #overheard = new Memory<Overheard>();
  readonly #delivered = new Memory<true>();
  readonly #askedAgain = new Memory<number>();
  readonly #shown = new Memory<Shown>();
  readonly #quotes = new Memory<string>();
  readonly #reactions = new Memory<number>();
  readonly #fetching = new Set<Promise<void>>();
  readonly #media = new Memory<{ envelope: Envelope; media: MediaContent }>();

  constructor(context: ClientContext, sessions: Sessions) {
    this.#context = context;
    this.#sessions = sessions;
  }

  shown(id: string): Shown | undefined {
    return this.#shown.get(id);
  }

  overheard(id: string): Overheard | undefined {
    return this.#overheard.get(id);
  }

  mediaOf(id: string): MediaContent | undefined {
    return this.#media.get(id)?.media;
  }

  onMessage(message: Node): void {
    const envelope = envelopeOf(message);
    if (envelope === undefined) {
      this.#ack(attribute(message, 'id'), attribute(message, 'from'), UNPARSABLE);
      return;
    }
    this.#overheard.set(envelope.id, envelope);
    if (this.#delivered.has(key(envelope.from, envelope.id))) return this.#receipt(envelope);
    let plain: Buffer;
    try {
      ({ plain } = this.#sessions.decrypt(envelope.from, envelope.type, envelope.bytes));
    } catch (thrown) {
      // A number that was used: another copy was delivered, so there is nothing to ask for.
      if ((thrown as Error).name === 'ReplayError') this.#receipt(envelope);
      else this.#askAgain(envelope);
      return;
    }
    this.#onDecrypted(envelope, plain);
  }

  /** Ends when every file was fetched, or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#fetching);
  }

  /** The user taps on a file that could not be had. Throws the reason for which it still is not shown. */
  async retryMedia(id: string): Promise<void> {
    const found = this.#media.get(id);
    if (found !== undefined) await this.#fetchAndShow(found.envelope, found.media, false);
  }

  #onDecrypted(envelope: Envelope, plain: Buffer): void {
    const name = key(envelope.from, envelope.id);
    const resent = this.#askedAgain.delete(name);
    this.#delivered.set(name, true);
    let opened: Opened;
    try {
      opened = decodeContent(unpad(plain));
      checkCommitment(envelope, opened);
    } catch (thrown) {
      if (departs('shows-malformed')) this.#tell('message', envelope, { kind: 'text', text: '' });
      // It was decrypted, so another copy would be no better.
      this.#ack(envelope.id, envelope.device, INVALID_CONTENT);
      this.#tell('undecryptable', envelope, { reason: messageOf(thrown) });
      return;
    }
    this.#receipt(envelope);
    this.#show(envelope, opened.content, resent);
  }

  #show(envelope: Envelope, content: Content, resent: boolean): void {
    if (isMedia(content)) {
      this.#media.set(envelope.id, { envelope, media: content });
      const fetching = this.#fetchAndShow(envelope, content, resent).catch(() => {});
      this.#fetching.add(fetching);
      void fetching.finally(() => this.#fetching.delete(fetching));
    } else if (content.kind === 'reaction') {
      this.#showReaction(envelope, content);
    } else if (content.kind === 'unsupported') {
      this.#tell('unsupported', envelope, { fields: content.fields });
    } else {
      this.#showMessage(envelope, content, { resent });
    }
  }

  async #fetchAndShow(envelope: Envelope, media: MediaContent, resent: boolean): Promise<void> {
    try {
      const plain = await downloadFile(this.#context, media);
      // What the user sees, not what the sender announced.
      const seen = { sha256: digestText(plain), size: plain.length };
      this.#showMessage(envelope, media, { ...seen, resent });
    } catch (thrown) {
      this.#context.emit('media-failed', { id: envelope.id, reason: messageOf(thrown) });
      throw thrown;
    }
  }

  #showMessage(envelope: Envelope, content: Content, more: JsonObject): void {
    const facts: JsonObject = { ...contentFacts(content), ...more };
    const quote = facts['quote'];
    if (typeof quote === 'string') {
      if (this.#loops(envelope.id, quote)) delete facts['quote'];
      else this.#quotes.set(envelope.id, quote);
    }
    if (typeof facts['name'] === 'string') facts['name'] = safeFileName(facts['name']);
    const text = typeof facts['text'] === 'string' ? facts['text'] : '';
    this.#shown.set(envelope.id, { author: envelope.from, text });
    this.#tell('message', envelope, facts);
  }

  /** Whether a quote, followed from message to message, comes back to where it began. */
  #loops(id: string, quoted: string): boolean {
    const seen = new Set([id]);
    for (let next: string | undefined = quoted; next !== undefined; next = this.#quotes.get(next)) {
      if (seen.has(next)) return true;
      seen.add(next);
    }
    return false;
  }

  /** The latest reaction of a sender counts, in whatever order they come. A clock is believed where it
   * says that a reaction is old, never where it says that one is yet to come. */
  #showReaction(envelope: Envelope, reaction: ReactionContent): void {
    const now = this.#context.clock.now();
    const name = key(envelope.from, reaction.id);
    const shown = this.#reactions.get(name) ?? 0;
    const claimed = reaction.timestampMs === 0 ? now : reaction.timestampMs;
    // What claims to come from the future counts now, and holds back nothing that follows it.
    const made = claimed > now + TOLERANCE_MS ? shown : claimed;
    if (made < shown) return;
    this.#reactions.set(name, made);
    const from = this.#context.people.named('from', envelope.from);
    this.#context.emit('reaction', { id: reaction.id, emoji: reaction.emoji, ...from });
  }

  #tell(event: string, envelope: Envelope, facts: JsonObject): void {
    const from = this.#context.people.named('from', envelope.from);
    this.#context.emit(event, { ...facts, id: envelope.id, ...from });
  }

  #receipt(envelope: Envelope): void {
    if (departs('no-delivery-receipt')) return this.#ack(envelope.id, envelope.device);
    this.#send(node('receipt', { id: envelope.id, to: envelope.device }));
  }

  #ack(id: string, to: string, error?: string): void {
    if (id !== '' && to !== '') this.#send(node('ack', { class: 'message', id, to, error }));
  }

  /** The first time the sender is given the chance to mend it by itself; then it gets our keys, so that it
   * need not rely on what the server hands out. */
  #askAgain(envelope: Envelope): void {
    this.#tell('undecryptable', envelope, {});
    const name = key(envelope.from, envelope.id);
    const count = (this.#askedAgain.get(name) ?? 0) + 1;
    this.#askedAgain.set(name, count);
    if (count > MOST_RETRIES) return;
    const { id, time } = envelope;
    const retry = node('retry', { count: String(count), id, t: String(time), v: '1' });
    const { account } = this.#sessions;
    this.#send(
      node('receipt', { id, to: envelope.device, type: 'retry' }, [
        retry,
        registrationNode(account),
        ...(count >= 2 ? [ownKeysNode(account)] : []),
      ]),
    );
  }

  #send(stanza: Node): void {
    this.#context.connection?.send(stanza);
  }
}

const key = (from: string, id: string): string => `${from} ${id}`;

/** Who commits to something else writes what nobody could report. */
function checkCommitment(envelope: Envelope, { content, secret }: Opened): void {
  if (envelope.commitment.length === 0) return;
  if (secret === undefined || !commitment(secret, content).equals(envelope.commitment)) {
    throw new Error('the commitment does not hold');
  }
}
