// The driver's side of the contract in docs/driver-contract.md: introduces itself, is told who to play,
// performs, tells events, stops.
import { createRequire } from 'node:module';
import { object, text } from './arguments.mjs';
import { Client } from './client.mjs';
import { Contacts } from './contacts.mjs';
import { Events } from './events.mjs';
import { Failure, asFailure, code, invalid, unsupported } from './failure.mjs';
import { Inbox } from './inbox.mjs';
import { JsonRpc } from './json_rpc.mjs';
import { mediaRoute } from './media_route.mjs';
import { MessageStore } from './message_store.mjs';
import { operations } from './operations.mjs';
import { trustOnly } from './trust.mjs';

const SEAT = 'gatekeeper-client';
const ADDRESSING = 'native';

export function introduction() {
  const { name, version } = createRequire(import.meta.url)('baileys/package.json');
  return {
    name: 'parley baileys adapter',
    version: '1',
    protocol: 1,
    implementation: { name, version },
    seats: [SEAT],
    addressing: [ADDRESSING],
    capabilities: Object.keys(operations),
  };
}

function checkedStart(params) {
  if (text(params, 'seat') !== SEAT) throw unsupported(`the only seat is ${SEAT}`);
  if (text(params, 'addressing') !== ADDRESSING) {
    throw unsupported('Baileys refuses @interop addresses; use --addressing native');
  }
  const actor = object(params, 'actor');
  const endpoints = object(params, 'endpoints');
  if (!Array.isArray(params.cast ?? [])) throw invalid('argument "cast" must be a list');
  return {
    actor: text(actor, 'id'),
    cast: params.cast ?? [],
    chat: text(endpoints, 'web_chat'),
    media: mediaRoute(text(endpoints, 'media')),
  };
}

export class Driver {
  #rpc;
  #application; // from start on
  #last = Promise.resolve();

  constructor(input, output) {
    this.#rpc = new JsonRpc(input, output, {
      start: (params) => this.#start(params),
      perform: (params) => this.#inTurn(() => this.#perform(params)),
      stop: () => this.#stop(),
    });
    this.#rpc.notify('hello', introduction());
  }

  #start(params) {
    if (this.#application) throw new Failure(code.failed, 'started already');
    const { actor, cast, chat, media } = checkedStart(params);
    trustOnly(object(params, 'trust'));
    const events = new Events((event) => this.#rpc.notify('event', event));
    const store = new MessageStore();
    const client = new Client({
      displayName: actor,
      url: chat,
      media,
      events,
      store,
      pair: (pairingCode) => this.#rpc.request('pair', { code: pairingCode }),
      listen: (socket) => inbox.listen(socket),
    });
    const contacts = new Contacts(cast, {
      query: (iq) => client.query(iq),
      pnOf: (lid) => client.socket.signalRepository.lidMapping.getPNForLID(lid),
    });
    const inbox = new Inbox({ events, contacts, store, dispatcher: media.dispatcher });
    this.#application = { client, contacts, store };
    return {};
  }

  async #perform(params) {
    if (!this.#application) throw new Failure(code.failed, 'not started');
    const name = text(params, 'operation');
    if (!Object.hasOwn(operations, name)) throw unsupported(`Baileys has no operation "${name}"`);
    const given = params.arguments === undefined ? {} : object(params, 'arguments');
    try {
      return await operations[name](this.#application, given);
    } catch (error) {
      throw asFailure(error);
    }
  }

  /** One operation at a time, also for a harness that does not wait. */
  #inTurn(work) {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  async #stop() {
    await this.#application?.client.stop();
    return {};
  }
}
