// One chat connection: login, requests and their answers, stanzas in order, and how it ends.
import { closed, refused, timedOut, unproved, type JsonObject } from '../driver/index.ts';
import { messageOf } from '../driver/failure.ts';
import { CertificateError } from '../wire/certificate_chain.ts';
import { attribute, child, node, numberAttribute, type Node } from '../wire/node.ts';
import type { ByteStream } from './byte_stream.ts';
import { ChatChannel, type ChannelConfig } from './chat_channel.ts';

const LOGIN_MS = 20_000;
const REQUEST_MS = 30_000;
const SERVER = 's.whatsapp.net';

export interface LoginAnswer {
  readonly accepted: boolean;
  readonly code: number;
  readonly reason: string;
  /** What else a refusal says: cause, scope, until, appeal. */
  readonly terms: JsonObject;
}

export interface Ending {
  readonly reason: string;
  readonly detail: string;
}

export interface ChatEvents {
  /** One at a time, in order. */
  onStanza(stanza: Node): void | Promise<void>;
  /** Only of a connection whose login was accepted. */
  onEnd(ending: Ending): void;
}

interface Waiter {
  resolve(stanza: Node): void;
  reject(reason: Error): void;
}

function termsOf(failure: Node): JsonObject {
  const detail = child(failure, 'detail');
  const terms: JsonObject = {};
  for (const name of ['cause', 'scope', 'appeal']) {
    if (attribute(detail, name) !== '') terms[name] = attribute(detail, name);
  }
  if (attribute(detail, 'until') !== '') terms['until'] = numberAttribute(detail, 'until');
  return terms;
}

export class ChatConnection {
  readonly #stream: ByteStream;
  readonly #channel: ChatChannel;
  readonly #events: ChatEvents;
  readonly #name: string;
  readonly #requests = new Map<string, Waiter>();
  readonly #login = Promise.withResolvers<LoginAnswer>();
  readonly #offline = Promise.withResolvers<number>();
  #accepted = false;
  #requested = 0;
  #last: Promise<void> = Promise.resolve();
  #ending: Ending | undefined;

  /** `name` makes its requests' ids differ from those of other connections. */
  constructor(stream: ByteStream, config: ChannelConfig, name: string, events: ChatEvents) {
    this.#stream = stream;
    this.#channel = new ChatChannel(config);
    this.#events = events;
    this.#name = name;
    this.#login.promise.catch(() => {});
    this.#offline.promise.catch(() => {});
    stream.listen(
      (bytes) => this.#take(bytes),
      () => this.#end({ reason: 'closed', detail: 'the server closed the connection' }),
    );
    stream.write(this.#channel.open());
  }

  get ended(): boolean {
    return this.#ending !== undefined;
  }

  /** What the server says to the login; a refused connection is over. */
  async login(): Promise<LoginAnswer> {
    try {
      const answer = await within(this.#login.promise, LOGIN_MS, 'no answer to the login');
      if (!answer.accepted) this.#end({ reason: 'refused', detail: answer.reason });
      return answer;
    } catch (thrown) {
      this.#end({ reason: 'login-failed', detail: messageOf(thrown) });
      throw thrown;
    }
  }

  /** How many stanzas waited, when the last of them has come. */
  offlineCount(): Promise<number> {
    return within(this.#offline.promise, LOGIN_MS, 'the server does not say how much waited');
  }

  send(stanza: Node): void {
    if (this.ended) throw closed('the chat connection has ended');
    this.#stream.write(this.#channel.seal(stanza));
  }

  /** Bytes as they are, outside every frame. */
  sendBytes(bytes: Buffer): void {
    if (this.ended) throw closed('the chat connection has ended');
    this.#stream.write(bytes);
  }

  /** Sends <iq> with an id of its own; ends with the answer, or throws what the server says against it. */
  async request(
    attributes: Record<string, string>,
    children: readonly Node[] = [],
  ): Promise<Node> {
    this.#requested += 1;
    const id = `${this.#name}-${this.#requested}`;
    const { promise, resolve, reject } = Promise.withResolvers<Node>();
    this.#requests.set(id, { resolve, reject });
    try {
      this.send(node('iq', { id, to: SERVER, ...attributes }, children));
      const answer = await within(promise, REQUEST_MS, `no answer to request ${id}`);
      if (attribute(answer, 'type') !== 'error') return answer;
      const error = child(answer, 'error');
      throw refused(`${attribute(error, 'code')} ${attribute(error, 'text')}`.trim());
    } finally {
      this.#requests.delete(id);
    }
  }

  /** Ends when every stanza that has come was dealt with. */
  settled(): Promise<void> {
    return this.#last;
  }

  async disconnect(): Promise<void> {
    if (this.ended) return;
    const bytes = this.#channel.seal(node('xmlstreamend'));
    await within(
      new Promise<void>((resolve) => this.#stream.write(bytes, resolve)),
      LOGIN_MS,
      'the connection is stuck',
    ).catch(() => {});
    this.breakOff();
  }

  breakOff(): void {
    this.#end({ reason: 'requested', detail: '' });
  }

  #take(bytes: Buffer): void {
    if (this.ended) return;
    try {
      this.#channel.take(
        bytes,
        (reply) => this.#stream.write(reply),
        (stanza) => this.ended || this.#accept(stanza),
      );
    } catch (thrown) {
      if (thrown instanceof CertificateError) this.#login.reject(unproved(thrown.message));
      this.#end({ reason: 'protocol-error', detail: messageOf(thrown) });
    }
  }

  #accept(stanza: Node): void {
    switch (stanza.tag) {
      case 'success':
      case 'failure':
        return this.#takeLogin(stanza);
      case 'stream:error':
        return this.#end(streamError(stanza));
      case 'xmlstreamend':
        return this.#end({ reason: 'closed', detail: 'the server ended the stream' });
      case 'iq':
        if (this.#takeRequest(stanza)) return;
        break;
      case 'ib':
        if (child(stanza, 'offline') !== undefined) {
          this.#offline.resolve(numberAttribute(child(stanza, 'offline'), 'count'));
        }
        break;
    }
    this.#last = this.#last.then(async () => {
      try {
        await this.#events.onStanza(stanza);
      } catch {
        // What one stanza brings about must not keep the next from coming.
      }
    });
  }

  #takeLogin(stanza: Node): void {
    this.#accepted ||= stanza.tag === 'success';
    this.#login.resolve({
      accepted: stanza.tag === 'success',
      code: numberAttribute(stanza, 'reason'),
      reason: attribute(child(stanza, 'detail'), 'code'),
      terms: termsOf(stanza),
    });
  }

  /** Whether it was an answer, or a ping of the server's. */
  #takeRequest(stanza: Node): boolean {
    const type = attribute(stanza, 'type');
    const id = attribute(stanza, 'id');
    if (type === 'result' || type === 'error') {
      this.#requests.get(id)?.resolve(stanza);
      return true;
    }
    const isPing = ['urn:xmpp:ping', 'w:p'].includes(attribute(stanza, 'xmlns')) && type === 'get';
    if (isPing) this.send(node('iq', { id, type: 'result', to: SERVER }));
    return isPing;
  }

  #end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#stream.close();
    const why = closed(`the chat connection has ended: ${ending.reason} ${ending.detail}`.trim());
    this.#login.reject(why);
    this.#offline.reject(why);
    for (const { reject } of this.#requests.values()) reject(why);
    if (this.#accepted) this.#events.onEnd(ending);
  }
}

function streamError(stanza: Node): Ending {
  const conflict = child(stanza, 'conflict');
  if (conflict !== undefined) return { reason: attribute(conflict, 'type'), detail: '' };
  return { reason: 'stream-error', detail: attribute(stanza, 'code') };
}

async function within<T>(promise: Promise<T>, ms: number, otherwise: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(timedOut(otherwise)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
