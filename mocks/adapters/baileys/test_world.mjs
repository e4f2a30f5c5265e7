// What the tests of this folder share: a Baileys socket without a network behind it, and events kept in
// a list.
import { EventEmitter } from 'node:events';
import { Events } from './events.mjs';

/** An error as Baileys makes them. */
export function boom(message, statusCode, data) {
  return Object.assign(new Error(message), { isBoom: true, output: { statusCode }, data });
}

/** A socket that remembers what was asked of it; what the server does is played by the test. */
export class FakeSocket {
  ev = new EventEmitter();
  ws = new EventEmitter();
  sent = [];

  constructor(config = {}) {
    this.config = config;
  }

  async end(error) {
    this.ev.emit('connection.update', { connection: 'close', lastDisconnect: { error } });
  }

  logIn(offline = 0) {
    this.ev.emit('connection.update', { connection: 'open' });
    const count = { tag: 'offline', attrs: { count: String(offline) } };
    this.ws.emit('CB:ib,,offline', { tag: 'ib', attrs: {}, content: [count] });
  }

  async sendMessage(jid, content, options) {
    this.sent.push({ jid, content, options });
    return { key: { remoteJid: jid, fromMe: true, id: `ID${this.sent.length}` }, message: content };
  }
}

export function eventList() {
  const list = [];
  return { list, events: new Events((event) => list.push(event)) };
}

/** Lets everything that is ready to happen do so. */
export async function settled() {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}
