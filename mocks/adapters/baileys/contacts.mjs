// Who is who: addresses of the cast's users, asked from the gatekeeper where a client has to ask. The
// question is the `contact-lookup` operation of the wire profile, sent over Baileys' own connection.
import { S_WHATSAPP_NET, getBinaryNodeChild, isLidUser, jidNormalizedUser } from 'baileys';
import { Failure, asFailure, code, invalid, timedOut } from './failure.mjs';

const LOOKUP = 'urn:parley:surrogate:contact';

function lookupOf(user) {
  const { integrator, identifier } = user.settings;
  return {
    tag: 'iq',
    attrs: { type: 'get', xmlns: LOOKUP, to: S_WHATSAPP_NET },
    content: [{ tag: 'contact', attrs: { integrator: String(integrator), identifier } }],
  };
}

export class Contacts {
  #query;
  #pnOf;
  #partnerUsers = [];
  #numbers = new Map(); // actor ids of WhatsApp users -> addresses
  #actors = new Map(); // addresses -> actor ids
  #strangers = new Set(); // addresses that no known contact has

  /** `query` sends an iq and gives its answer; `pnOf` gives the phone number address of a LID. */
  constructor(cast, { query, pnOf }) {
    this.#query = query;
    this.#pnOf = pnOf;
    for (const member of cast) {
      if (member.kind === 'partner-user') this.#partnerUsers.push(member);
      if (member.kind !== 'whatsapp-user') continue;
      const address = `${member.settings.number}@s.whatsapp.net`;
      this.#numbers.set(member.id, address);
      this.#actors.set(address, member.id);
    }
  }

  /** Asked anew each time: a partner's user who left and came back has another address. */
  async addressOf(actor) {
    const number = this.#numbers.get(actor);
    if (number !== undefined) return number;
    const user = this.#partnerUsers.find((member) => member.id === actor);
    if (user === undefined) throw invalid(`the cast has no user "${actor}"`);
    return this.#lookUp(user);
  }

  async #lookUp(user) {
    const answer = await this.#query(lookupOf(user));
    if (answer === undefined) throw timedOut('contact lookup: no answer');
    const contact = getBinaryNodeChild(answer, 'contact');
    const address = jidNormalizedUser(contact?.attrs.jid);
    if (address === '') throw new Failure(code.failed, 'contact lookup: an answer without an address');
    this.#actors.set(address, user.id);
    this.#strangers.delete(address);
    return address;
  }

  /** {from, from_actor} of someone; asks who that is where that has not been asked yet. */
  async facts(jid) {
    const from = jidNormalizedUser(jid);
    const principal = await this.#principal(from);
    if (!this.#actors.has(principal)) await this.#meet(principal);
    const actor = this.#actors.get(principal);
    return actor === undefined ? { from } : { from, from_actor: actor };
  }

  /** Where Baileys knows the phone number of a LID, that is the user's address here. */
  async #principal(address) {
    if (!isLidUser(address)) return address;
    const number = await this.#pnOf(address);
    return number ? jidNormalizedUser(number) : address;
  }

  async #meet(address) {
    if (this.#strangers.has(address)) return;
    for (const user of this.#partnerUsers) {
      try {
        await this.#lookUp(user);
      } catch (error) {
        // Not enlisted: another one, then. Without an answer, nothing is known about the stranger.
        if (asFailure(error).code !== code.refused) return;
      }
      if (this.#actors.has(address)) return;
    }
    this.#strangers.add(address);
  }

  /** The actor where known, else the address. */
  async nameOf(jid) {
    const { from, from_actor: actor } = await this.facts(jid);
    return actor ?? from;
  }
}
