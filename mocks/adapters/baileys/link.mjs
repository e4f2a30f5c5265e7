// One connection of Baileys, from its start to its end. Baileys makes a new socket for each.
import { getBinaryNodeChild } from 'baileys';
import { Ending } from './ending.mjs';
import { timedOut } from './failure.mjs';

const LOGIN_MS = 45_000;

export class Link {
  #socket;
  #opened; // resolves to {offline} or {ending}
  #resolveOpened;
  #open = false;
  #offline;
  #timer;

  /** `hooks`: onPairingCode(code), onCredentials(update), onEnd(ending) after a successful login. */
  constructor(makeSocket, config, hooks) {
    this.#opened = new Promise((resolve) => {
      this.#resolveOpened = resolve;
    });
    this.hooks = hooks;
    this.#socket = makeSocket(config);
    this.#socket.ev.on('creds.update', (update) => hooks.onCredentials(update));
    this.#socket.ev.on('connection.update', (update) => this.#onUpdate(update));
    this.#socket.ws.on('CB:ib,,offline', (node) => this.#onOffline(node));
    this.#timer = setTimeout(() => void this.end(timedOut('the login took too long')), LOGIN_MS);
  }

  get socket() {
    return this.#socket;
  }

  get isOpen() {
    return this.#open;
  }

  opened() {
    return this.#opened;
  }

  async end(error) {
    await this.#socket.end(error);
  }

  #onOffline(node) {
    this.#offline = Number(getBinaryNodeChild(node, 'offline')?.attrs.count ?? 0);
    this.#tellWhenOpen();
  }

  #onUpdate({ connection, qr, lastDisconnect }) {
    if (qr) this.hooks.onPairingCode(qr);
    if (connection === 'open') {
      this.#open = true;
      this.#tellWhenOpen();
    }
    if (connection === 'close') this.#onClose(new Ending(lastDisconnect?.error));
  }

  // Both have to come, in either order: Baileys calls itself open, and what waited was announced.
  #tellWhenOpen() {
    if (!this.#open || this.#offline === undefined) return;
    clearTimeout(this.#timer);
    this.#resolveOpened({ offline: this.#offline });
  }

  #onClose(ending) {
    const wasIn = this.#open && this.#offline !== undefined;
    clearTimeout(this.#timer);
    this.#open = false;
    this.#resolveOpened({ ending });
    if (wasIn) this.hooks.onEnd(ending);
  }
}
