// Turns what Baileys tells its application into events of the driver contract. What Baileys does not
// tell is not reported, even where the stanza could be seen; the one exception is a request to send a
// message again, which Baileys handles silently and offers as a stanza callback.
import { WAMessageStatus } from 'baileys';
import { contentFacts, isMedia, isUndecryptable } from './message_facts.mjs';
import { failureOf, fetched } from './file_transfer.mjs';

const receiptTypes = new Map([
  [WAMessageStatus.DELIVERY_ACK, 'delivery'],
  [WAMessageStatus.READ, 'read'],
]);

const typingStates = { composing: 'composing', recording: 'composing', available: 'paused' };

/** The updates grouped by whom they concern, keeping their order. */
function grouped(updates, key) {
  const groups = new Map();
  for (const update of updates) {
    const name = key(update);
    groups.set(name, [...(groups.get(name) ?? []), update]);
  }
  return groups.values();
}

export class Inbox {
  #events;
  #contacts;
  #store;
  #dispatcher;
  #askedAgain = new Set();
  #typing = new Set(); // who was last seen typing

  constructor({ events, contacts, store, dispatcher }) {
    this.#events = events;
    this.#contacts = contacts;
    this.#store = store;
    this.#dispatcher = dispatcher;
  }

  listen(socket) {
    const inOrder = (work) => (data) => this.#events.inOrder(() => work.call(this, data));
    socket.ev.on('messages.upsert', inOrder(this.#onMessages));
    socket.ev.on('messages.update', inOrder(this.#onUpdates));
    socket.ev.on('messages.reaction', inOrder(this.#onReactions));
    socket.ev.on('presence.update', inOrder(this.#onPresence));
    socket.ws.on('CB:receipt,type:retry', inOrder(this.#onRetryRequest));
  }

  async #onMessages({ messages }) {
    for (const message of messages) {
      if (message.key.fromMe) continue;
      const from = await this.#contacts.facts(message.key.remoteJid);
      if (isUndecryptable(message)) {
        this.#askedAgain.add(message.key.id);
        this.#events.push('undecryptable', { id: message.key.id, ...from });
      } else {
        this.#onMessage(message, from);
      }
    }
  }

  #onMessage(message, from) {
    const { id } = message.key;
    const content = contentFacts(message);
    if (content !== undefined) {
      this.#store.keep(message);
      const facts = { ...content, id, ...from, resent: this.#askedAgain.delete(id) };
      if (isMedia(content)) void this.#fetchAndTell(message, facts);
      else this.#events.push('message', facts);
    }
    // Baileys merges a reaction into its message where it hands out both at once.
    for (const reaction of message.reactions ?? []) this.#tellReaction(id, reaction, from);
  }

  async #fetchAndTell(message, facts) {
    try {
      this.#events.push('message', { ...facts, ...(await fetched(message, this.#dispatcher)) });
    } catch (error) {
      this.#events.push('media-failed', { id: facts.id, reason: failureOf(error) });
    }
  }

  async #onReactions(reactions) {
    for (const { key, reaction } of reactions) {
      if (reaction.key?.fromMe) continue;
      this.#tellReaction(key.id, reaction, await this.#contacts.facts(reaction.key.remoteJid));
    }
  }

  #tellReaction(id, reaction, from) {
    this.#events.push('reaction', { id, emoji: reaction.text ?? '', ...from });
  }

  async #onUpdates(updates) {
    const own = updates.filter(({ key }) => key.fromMe);
    for (const { key, update } of own) {
      if (update.status !== WAMessageStatus.ERROR) continue;
      const failure = Number(update.messageStubParameters?.[0]);
      this.#events.push('send-failed', { id: key.id, code: Number.isInteger(failure) ? failure : 0 });
    }
    const receipts = own.filter(({ update }) => receiptTypes.has(update.status));
    for (const group of grouped(receipts, ({ key, update }) => `${update.status} ${key.remoteJid}`)) {
      const [{ key, update }] = group;
      const from = await this.#contacts.facts(key.remoteJid);
      const ids = group.map((receipt) => receipt.key.id);
      this.#events.push('receipt', { ids, type: receiptTypes.get(update.status), ...from });
    }
  }

  async #onPresence({ id, presences }) {
    for (const { lastKnownPresence } of Object.values(presences)) {
      const state = typingStates[lastKnownPresence];
      // Being online looks like having paused to Baileys' application, so only the end of typing counts.
      if (state === undefined || (state === 'paused' && !this.#typing.has(id))) continue;
      if (state === 'composing') this.#typing.add(id);
      else this.#typing.delete(id);
      this.#events.push('typing', { state, ...(await this.#contacts.facts(id)) });
    }
  }

  async #onRetryRequest({ attrs }) {
    const from = await this.#contacts.facts(attrs.participant ?? attrs.from);
    this.#events.push('retry-requested', { id: attrs.id, ...from });
  }
}
