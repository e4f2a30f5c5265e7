// Who takes part: actors by their addresses, and addresses by their actors.
import { invalid, type Actor, type JsonObject, type Start } from '../driver/index.ts';
import { NATIVE, parseJid } from '../wire/jid.ts';

export class People {
  readonly #byNumber = new Map<string, string>();
  readonly #cast: readonly Actor[];

  constructor(start: Start) {
    this.#cast = [...start.cast, start.actor];
    for (const { id, kind, settings } of this.#cast) {
      const number = settings['number'];
      if (kind === 'whatsapp-user' && typeof number === 'string') this.#byNumber.set(number, id);
    }
  }

  find(id: string): Actor | undefined {
    return this.#cast.find((actor) => actor.id === id);
  }

  ofPartner(partner: string): Actor[] {
    return this.#cast.filter((actor) => actor.kind === 'partner-user' && actor.of === partner);
  }

  /** The address of a native user. */
  addressOf(id: string): string {
    const actor = this.find(id);
    const number = actor?.settings['number'];
    if (actor?.kind !== 'whatsapp-user' || typeof number !== 'string') {
      throw invalid(`the cast has no WhatsApp user "${id}"`);
    }
    return `${number}@${NATIVE}`;
  }

  /** Undefined for an address that is nobody's here. */
  actorAt(address: string): string | undefined {
    const jid = parseJid(address);
    return jid?.server === NATIVE ? this.#byNumber.get(jid.user) : undefined;
  }

  /** An address as events tell it: under `name`, and the actor beside it where it is known. */
  named(name: string, address: string): JsonObject {
    const actor = this.actorAt(address);
    return { [name]: address, ...(actor === undefined ? {} : { [`${name}_actor`]: actor }) };
  }
}
