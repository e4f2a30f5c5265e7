// Sessions with peers: begun when there is something to say, and told of when a peer's identity changes.
import { SignalAccount, checkBundle, type Bundle, type Decrypted, type Encrypted } from '../signal/account.ts';
import { messageOf } from '../driver/failure.ts';
import { invalid, unproved, type Failure } from '../driver/index.ts';
import type { MessageType } from '../signal/messages.ts';
import type { ClientContext } from './client_context.ts';
import { countKeys, fetchKeys, uploadKeys } from './key_exchange.ts';

export const UPLOAD = 8;
const LOW_WATER = 6;

/** What the work ends with; what is wrong with somebody's keys becomes that answer. */
function asked<T>(answer: (message: string) => Failure, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw answer(messageOf(thrown));
  }
}

export class Sessions {
  account = new SignalAccount();
  readonly #context: ClientContext;
  readonly #told = new Set<string>();

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /** With a new identity, as on a new device. */
  renew(): void {
    this.account = new SignalAccount();
    this.#told.clear();
  }

  async upload(count: number): Promise<void> {
    await uploadKeys(this.#context.connected(), this.account, count);
  }

  count(): Promise<number> {
    return countKeys(this.#context.connected());
  }

  async replenish(): Promise<void> {
    if ((await this.count()) < LOW_WATER) await this.upload(UPLOAD);
  }

  async fetch(peer: string, changed = false): Promise<Bundle> {
    const bundle = await fetchKeys(this.#context.connected(), peer, changed);
    asked(unproved, () => checkBundle(bundle));
    return bundle;
  }

  async ensure(peer: string): Promise<void> {
    if (this.account.hasSession(peer)) return;
    const bundle = await this.fetch(peer);
    // The peer may have written first while we waited.
    if (!this.account.hasSession(peer)) this.start(peer, bundle);
  }

  start(peer: string, bundle: Bundle): void {
    if (asked(invalid, () => this.account.startSession(peer, bundle))) this.#tell(peer);
  }

  encrypt(peer: string, plain: Buffer): Encrypted {
    return this.account.encrypt(peer, plain);
  }

  decrypt(peer: string, type: MessageType, bytes: Buffer): Decrypted {
    const opened = this.account.decrypt(peer, type, bytes);
    if (opened.identityChanged) this.#tell(peer);
    return opened;
  }

  /** The server says that the peer has a new identity; the session was with the old one. */
  noticed(peer: string): void {
    this.account.endSession(peer);
    if (this.#told.has(peer)) return;
    this.#emit(peer);
    this.#told.add(peer);
  }

  /** Once for each change, whether the server or the peer's message tells of it first. */
  #tell(peer: string): void {
    if (!this.#told.delete(peer)) this.#emit(peer);
  }

  #emit(peer: string): void {
    this.#context.emit('identity-changed', this.#context.people.named('of', peer));
  }
}
