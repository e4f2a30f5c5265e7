// The messages that an application keeps, so that it can quote them, react to them, mark them as read
// and give them to Baileys again when the other side asks for a retry.
const MOST = 4000;

export class MessageStore {
  #messages = new Map();

  keep(message) {
    if (this.#messages.size >= MOST) this.#messages.delete(this.#messages.keys().next().value);
    this.#messages.set(message.key.id, message);
  }

  find(id) {
    return this.#messages.get(id);
  }

  /** The key of a message that may not be kept any more. */
  keyOf(id, chat) {
    return this.find(id)?.key ?? { remoteJid: chat, fromMe: true, id };
  }

  /** For a reply; of a message that is not kept, the quote has the id only. */
  quotable(id, chat) {
    return this.find(id) ?? { key: { remoteJid: chat, fromMe: false, id }, message: { conversation: '' } };
  }
}
