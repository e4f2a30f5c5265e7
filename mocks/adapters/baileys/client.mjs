// An ordinary Baileys application: one account, which it pairs the first time, logs in with afterwards,
// and connects again when the connection ends for a reason that asks for it.
import { Browsers, DEFAULT_CONNECTION_CONFIG, makeWASocket } from 'baileys';
import { setTimeout as after } from 'node:timers/promises';
import { baileysLog } from './baileys_log.mjs';
import { Damage } from './damage.mjs';
import { Failure, closed, invalid, refused } from './failure.mjs';
import { Link } from './link.mjs';
import { memoryAuth } from './memory_auth.mjs';
import { logLine } from './quiet_console.mjs';

const QUERY_MS = 20_000;
const GOODBYE_MS = 2000;
const RESTARTS = 3; // in one login: after pairing, and when the server asks for it
const RETURN_DELAYS_MS = [100, 300, 1000, 3000, 10_000];

export class Client {
  #settings;
  #auth = memoryAuth();
  #link;
  #connecting = false;
  #stopped = false;
  damage = new Damage();

  /** `settings`: displayName, url, media {agent, dispatcher}, pair(code), events, store,
      listen(socket). Tests bring a makeSocket of their own. */
  constructor(settings) {
    this.#settings = { makeSocket: makeWASocket, ...settings };
  }

  /** Baileys' socket; throws where there is no connection. */
  get socket() {
    if (!this.#link?.isOpen) throw closed('there is no connection');
    return this.#link.socket;
  }

  /** Asks the server something, also while a login is still being finished. */
  async query(iq) {
    if (this.#link === undefined) throw closed('there is no connection');
    return this.#link.socket.query(iq);
  }

  /** The result of the operation: {status: ok, offline} or {status: failure, code}. An older connection
      stays until the server ends it. */
  async connect() {
    if (this.#connecting) throw invalid('a login is under way already');
    this.#connecting = true;
    try {
      return await this.#logIn();
    } finally {
      this.#connecting = false;
    }
  }

  async disconnect() {
    const socket = this.socket; // throws
    await socket.end(undefined);
  }

  /** The end of the test case. A server that does not say goodbye is not waited for. */
  async stop() {
    this.#stopped = true;
    await Promise.race([this.#link?.end(undefined), after(GOODBYE_MS)]);
  }

  async #logIn() {
    let ending;
    for (let attempt = 0; attempt <= RESTARTS; attempt += 1) {
      const link = this.#start();
      const outcome = await link.opened();
      if (outcome.ending === undefined) return this.#arrived(outcome.offline);
      ending = outcome.ending;
      if (!ending.wantsRestart) break;
    }
    return this.#notIn(ending);
  }

  #arrived(offline) {
    this.#settings.events.push('connected', { offline });
    return { status: 'ok', offline };
  }

  #notIn(ending) {
    if (ending.loggedOut) this.#auth = memoryAuth();
    if (ending.error instanceof Failure) throw ending.error;
    const refusal = ending.refusal();
    if (refusal === undefined) throw closed(`no login: ${ending.error?.message ?? 'it was ended'}`);
    this.#settings.events.push('connection-refused', refusal);
    return { status: 'failure', ...refusal };
  }

  #start() {
    const auth = this.#auth;
    const link = new Link(this.#settings.makeSocket, this.#config(auth), {
      onPairingCode: (pairingCode) => void this.#pair(link, pairingCode),
      onCredentials: () => this.#nameAccount(auth),
      onEnd: (ending) => this.#onEnd(link, ending),
    });
    this.#link = link;
    this.#settings.listen(link.socket);
    return link;
  }

  #config(auth) {
    const { url, media, store } = this.#settings;
    return {
      auth,
      waWebSocketUrl: url,
      version: DEFAULT_CONNECTION_CONFIG.version,
      browser: Browsers.ubuntu('Chrome'),
      logger: baileysLog(),
      fetchAgent: media.agent,
      options: { dispatcher: media.dispatcher },
      defaultQueryTimeoutMs: QUERY_MS,
      emitOwnEvents: false,
      shouldSyncHistoryMessage: () => false,
      getMessage: async (key) => store.find(key.id)?.message,
      makeSignalRepository: this.damage.repositoryMaker(),
    };
  }

  async #pair(link, pairingCode) {
    try {
      await this.#settings.pair(pairingCode);
    } catch (error) {
      await link.end(refused(`the code was not scanned: ${error.message}`));
    }
  }

  // Baileys shows itself as online only where the account has a name, which a phone would hand over with
  // the rest of its state; without one, its delivery receipts say that nobody is there.
  #nameAccount(auth) {
    if (auth.creds.me && !auth.creds.me.name) auth.creds.me.name = this.#settings.displayName;
  }

  #onEnd(link, ending) {
    this.#settings.events.push('disconnected', ending.facts());
    if (link !== this.#link) return;
    if (ending.loggedOut) this.#auth = memoryAuth();
    if (ending.comesBack) void this.#comeBack();
  }

  async #comeBack() {
    for (const delay of RETURN_DELAYS_MS) {
      await after(delay);
      if (this.#stopped || this.#connecting || this.#link?.isOpen) return;
      try {
        await this.connect();
        return;
      } catch (error) {
        logLine(`not back yet: ${error.message}`);
      }
    }
  }
}
