// Who is who: addresses of the cast's users, asked from the gatekeeper where a client has to ask. The
// question is the `contact-lookup` operation of the wire profile, sent over Baileys' own connection.
import { S_WHATSAPP_NET, getBinaryNodeChild, isLidUser, jidDecode, jidNormalizedUser } from 'baileys';
import { invalid, Failure, code, timedOut } from './failure.mjs';

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
  #partnerUsers;
  #known = new Map(); // addresses -> actor ids
  #strangers = new Set(); // addresses that no known contact has

  /** `query` sends an iq and gives its answer; `pnOf` gives the phone number address of a LID. */
  constructor(cast, { query, pnOf }) {
    this.#query = query;
    this.#pnOf = pnOf;
    this.#partnerUsers = cast.filter((member) => member.kind === 'partner-user');
    for (const member of cast) {
      if (member.kind !== 'whatsapp-user') continue;
      this.#known.set(`${member.settings.number}@s.whatsapp.net`, member.id);
    }
  }

  /** Asked anew each time: a partner's user who left and came back has another address. */
  async addressOf(actor) {
    for (const [address, id] of this.#known) {
      if (id === actor && !this.#partnerUsers.some((user) => user.id === actor)) return address;
    }
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
    this.#learn(address, user.id);
    if (contact.attrs.lid) this.#learn(jidNormalizedUser(contact.attrs.lid), user.id);
    return address;
  }

  #learn(address, actor) {
    this.#known.set(address, actor);
    this.#strangers.delete(address);
  }

  /** The phone number address where Baileys knows it; two names of one user are one. */
  async #principal(address) {
    if (!isLidUser(address)) return address;
    return jidNormalizedUser((await this.#pnOf(address)) ?? address) || address;
  }

  /** {from, from_actor} of someone; asks who that is where that has not been asked yet. */
  async facts(jid) {
    const from = jidNormalizedUser(jid);
    const known = () => this.#known.get(from) ?? this.#known.get(principal);
    const principal = await this.#principal(from);
    if (known() === undefined && jidDecode(from)?.user) await this.#meet(principal);
    const actor = known();
    return actor === undefined ? { from } : { from, from_actor: actor };
  }

  async #meet(address) {
    if (this.#strangers.has(address)) return;
    this.#strangers.add(address);
    for (const user of this.#partnerUsers) {
      try {
        await this.#lookUp(user);
      } catch {
        continue; // not enlisted, or the connection is gone: the stranger stays one
      }
      if (this.#known.has(address)) return;
    }
  }

  /** The actor where known, else the address. */
  async nameOf(jid) {
    const { from, from_actor: actor } = await this.facts(jid);
    return actor ?? from;
  }
}
