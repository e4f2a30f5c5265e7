// The client of a partner's user: enlists, connects, comes back, and has messages sent and received.
import { invalid, type JsonObject } from '../driver/index.ts';
import { messageOf } from '../driver/failure.ts';
import type { SignalAccount } from '../signal/account.ts';
import { newKeyPair, type KeyPair } from '../signal/curve.ts';
import { CLIENT_PAYLOAD, PRODUCT_INTEROP } from '../wire/chat_messages.ts';
import { parseJid, withoutDevice } from '../wire/jid.ts';
import { attribute, child, node, type Node } from '../wire/node.ts';
import { encode } from '../wire/protobuf.ts';
import { tcpStream, type ByteStream } from './byte_stream.ts';
import { ChatConnection, type Ending, type LoginAnswer } from './chat_connection.ts';
import type { ClientContext } from './client_context.ts';
import { enlistmentForm, readEnlistmentAnswer } from './enlistment.ts';
import { parseAddress } from './hosts.ts';
import { NO_TAMPERING, type MediaTampering } from './media_tampering.ts';
import { MessageReceiver } from './message_receiver.ts';
import { MessageSender } from './message_sender.ts';
import { OwnTokens } from './own_tokens.ts';
import { Sessions, UPLOAD } from './sessions.ts';
import { isTokenFlaw } from './token_flaws.ts';
import { openWebSocket } from './websocket.ts';

/** Of the framework. */
export const VERSION = '1.0.3';
const NOT_ENLISTED = 404;
const MOST_RECONNECTS = 50;
const LONGEST_PAUSE_MS = 60_000;
/** Refusals after which it makes sense to come back. */
const PASSING = new Set([429, 503]);

export interface LoginPlan {
  readonly staticKey?: KeyPair;
  /** Of a token, as `connect` has it. */
  readonly token?: string;
  /** "absent" says none. */
  readonly version?: string;
  /** Of an enlistment, its own by default. */
  readonly account?: string;
}

export interface EnlistmentPlan {
  readonly fault: string;
  readonly freshKeys: boolean;
  readonly version: string;
}

export class PartnerClient {
  readonly context: ClientContext;
  readonly sessions: Sessions;
  readonly sender: MessageSender;
  readonly receiver: MessageReceiver;
  readonly tokens: OwnTokens;
  /** What the next file has wrong with it. */
  nextMedia: MediaTampering = NO_TAMPERING;
  /** Copies of its keys that somebody took. */
  readonly thefts: SignalAccount[] = [];
  #staticKey = newKeyPair();
  #connections = 0;
  #busy = false;
  #published = false;
  #deleted = false;
  readonly #over = new AbortController();

  constructor(context: ClientContext) {
    this.context = context;
    this.sessions = new Sessions(context);
    this.sender = new MessageSender(context, this.sessions);
    this.receiver = new MessageReceiver(context, this.sessions);
    this.tokens = new OwnTokens(context);
  }

  get busy(): boolean {
    return this.#busy || this.context.connection !== undefined;
  }

  async enlist(plan: EnlistmentPlan): Promise<JsonObject> {
    // Who enlists again after having left is somebody else, with other keys.
    if (plan.freshKeys || this.#deleted) this.#renewKeys();
    this.#deleted = false;
    const body = enlistmentForm({
      chatKey: this.#staticKey.publicKey,
      account: this.sessions.account,
      token: await this.tokens.fetch(plan.fault),
      identifier: this.context.setting('identifier'),
      version: plan.version,
      fault: plan.fault,
    });
    const answer = await this.context.hosts.fetch(this.context.service.enlistment, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body,
    });
    const outcome = readEnlistmentAnswer(answer);
    if (outcome.status === 'fail') {
      this.context.emit('enlist-failed', { reason: outcome.reason });
    } else {
      this.context.own = outcome.jid;
      this.context.emit('enlisted', { jid: outcome.jid });
    }
    return { ...outcome };
  }

  async connect(plan: LoginPlan = {}): Promise<JsonObject> {
    if (this.context.own === '') throw invalid(`${this.context.id} is not enlisted`);
    if (this.#busy) throw invalid(`${this.context.id} is logging in already`);
    this.#busy = true;
    try {
      const payload = this.#payload(plan, await this.#loginToken(plan.token ?? 'fresh'));
      const { connection, answer } = await this.#open(plan.staticKey ?? this.#staticKey, payload);
      if (!answer.accepted) return this.#turnedAway(answer);
      return { status: 'ok', offline: await this.#settleIn(connection) };
    } finally {
      this.#busy = false;
    }
  }

  async deleteAccount(): Promise<void> {
    const connection = this.context.connected();
    const asked = node('delete');
    await connection.request({ type: 'set', xmlns: 'urn:parley:surrogate:account' }, [asked]);
    this.#deleted = true;
    await connection.disconnect();
  }

  /** Ends when everything that has come was dealt with. */
  async settled(): Promise<void> {
    await this.context.connection?.settled();
    await this.receiver.settled();
  }

  stop(): void {
    this.#over.abort();
    this.context.end();
  }

  #renewKeys(): void {
    this.sessions.renew();
    this.#staticKey = newKeyPair();
    this.#published = false;
  }

  /** A fresh token for every connection; the other kinds show that the server looks at it. */
  async #loginToken(kind: string): Promise<string> {
    if (kind === 'absent') return '';
    if (kind === 'held') return this.tokens.held;
    if (kind === 'expired' || kind === 'bad') return this.tokens.fetch(`${kind}-token`);
    if (isTokenFlaw(kind)) return this.tokens.fetch(kind);
    if (kind !== 'fresh') throw invalid(`unknown kind of token "${kind}"`);
    return this.tokens.fetch();
  }

  #payload(plan: LoginPlan, token: string): Buffer {
    const account = parseJid(plan.account ?? this.context.own);
    const version = plan.version ?? VERSION;
    return encode(CLIENT_PAYLOAD, {
      passive: false,
      userAgent: {
        platform: 0,
        appVersion: { primary: 2, secondary: 25, tertiary: 1 },
        localeLanguage: 'en',
        localeCountry: 'IE',
      },
      connectType: 1,
      connectReason: 1,
      product: PRODUCT_INTEROP,
      interopData: {
        accountId: Number(account?.user ?? 0),
        token: token === '' ? undefined : token,
        enableReadReceipts: this.context.flag('read_receipts', true),
      },
      protocolVersion: version === 'absent' ? undefined : version,
    });
  }

  async #stream(): Promise<ByteStream> {
    const { service, hosts } = this.context;
    if (this.context.setting('transport') === 'websocket') {
      const url = new URL(service.web_chat);
      const port = url.port === '' ? 443 : Number(url.port);
      const socket = await hosts.connect({ host: url.hostname, port }, true);
      return openWebSocket(socket, url.hostname, url.pathname);
    }
    const chat = parseAddress(service.chat);
    const of = this.context.people.find(this.context.id)?.of ?? '';
    const proxied = this.context.people.find(of)?.settings['proxy'] === true;
    const host = proxied ? new URL(this.context.server).hostname : chat.host;
    return tcpStream(await hosts.connect({ host, port: chat.port }, false));
  }

  async #open(
    staticKey: KeyPair,
    payload: Buffer,
  ): Promise<{ connection: ChatConnection; answer: LoginAnswer }> {
    this.#connections += 1;
    const config = {
      staticKey,
      payload: () => payload,
      root: this.context.root,
      now: () => this.context.seconds(),
    };
    const name = `${this.context.id}-${this.#connections}`;
    const connection: ChatConnection = new ChatConnection(await this.#stream(), config, name, {
      onStanza: (stanza) => this.#onStanza(stanza),
      onEnd: (ending) => this.#onEnd(connection, ending),
    });
    const answer = await connection.login();
    if (answer.accepted && !connection.ended) this.context.connection = connection;
    return { connection, answer };
  }

  #turnedAway(answer: LoginAnswer): JsonObject {
    const reason = answer.reason === '' ? {} : { reason: answer.reason };
    this.context.emit('connection-refused', { code: answer.code, ...reason });
    if (answer.code === NOT_ENLISTED) this.context.emit('unenlisted', {});
    return { status: 'failure', code: answer.code, ...reason, ...answer.terms };
  }

  async #settleIn(connection: ChatConnection): Promise<number> {
    if (this.#published) await this.sessions.replenish();
    else await this.sessions.upload(UPLOAD);
    this.#published = true;
    const offline = await connection.offlineCount();
    this.sender.repeatUnanswered();
    this.context.emit('connected', { offline });
    return offline;
  }

  async #onStanza(stanza: Node): Promise<void> {
    if (stanza.tag === 'receipt' || stanza.tag === 'notification') this.#acknowledge(stanza);
    switch (stanza.tag) {
      case 'message':
        return this.receiver.onMessage(stanza);
      case 'receipt':
        return attribute(stanza, 'type') === 'retry'
          ? this.sender.answerRetry(stanza)
          : this.#onReceipt(stanza);
      case 'ack':
        return this.sender.onAck(stanza);
      case 'chatstate':
        return this.#onChatstate(stanza);
      case 'notification':
        return this.#onNotification(stanza);
      default: // of a later version, or none of ours
        return undefined;
    }
  }

  #acknowledge(stanza: Node): void {
    const { id, from, type } = stanza.attributes;
    if (id === undefined || from === undefined) return;
    this.context.connection?.send(node('ack', { class: stanza.tag, id, to: from, type }));
  }

  #onReceipt(stanza: Node): void {
    const type = attribute(stanza, 'type');
    if (type !== '' && type !== 'read') return;
    const more = child(stanza, 'list')?.children ?? [];
    const ids = [attribute(stanza, 'id'), ...more.map((item) => attribute(item, 'id'))];
    const from = this.#sender(stanza);
    this.context.emit('receipt', { ids, type: type === '' ? 'delivery' : type, ...from });
  }

  #onChatstate(stanza: Node): void {
    const state = stanza.children[0]?.tag;
    if (state !== undefined) this.context.emit('typing', { state, ...this.#sender(stanza) });
  }

  async #onNotification(stanza: Node): Promise<void> {
    if (child(stanza, 'count') !== undefined) {
      // Not waited for: its answer comes behind this stanza.
      void this.sessions.upload(UPLOAD).catch((thrown: unknown) => this.context.log(messageOf(thrown)));
    } else if (child(stanza, 'identity') !== undefined) {
      this.sessions.noticed(withoutDevice(attribute(stanza, 'from')));
    }
  }

  #sender(stanza: Node): JsonObject {
    return this.context.people.named('from', withoutDevice(attribute(stanza, 'from')));
  }

  #onEnd(connection: ChatConnection, { reason, detail }: Ending): void {
    if (this.context.connection === connection) this.context.connection = undefined;
    this.context.emit('disconnected', { reason, ...(detail === '' ? {} : { detail }) });
    const unasked = !this.#over.signal.aborted && reason !== 'requested' && reason !== 'replaced';
    if (unasked && this.context.flag('auto_reconnect', false)) void this.#comeBack();
  }

  /** Pauses double up to a minute and are drawn from half of that to one and a half, so that clients which
   * lost their server together do not come back together. */
  async #comeBack(): Promise<void> {
    const over = this.#over.signal;
    for (let attempt = 0; attempt < MOST_RECONNECTS && !over.aborted; attempt += 1) {
      const longest = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** attempt);
      await this.context.clock.wait(longest / 2 + Math.random() * longest, over);
      if (this.busy || over.aborted) return;
      const answer = await this.connect().catch(() => undefined);
      if (answer === undefined) continue;
      // Whatever else the server says no to, it will say no to again.
      if (answer['status'] === 'ok' || !PASSING.has(Number(answer['code']))) return;
    }
  }
}
