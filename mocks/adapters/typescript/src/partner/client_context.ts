// What the parts of one client share.
import { closed, type Clock, type JsonObject, type Service, type Session } from '../driver/index.ts';
import type { ChatConnection } from './chat_connection.ts';
import { Hosts } from './hosts.ts';
import { People } from './people.ts';

export class ClientContext {
  readonly id: string;
  readonly settings: JsonObject;
  readonly clock: Clock;
  readonly hosts: Hosts;
  readonly people: People;
  readonly service: Service;
  /** The URL of the user's own server. */
  readonly server: string;
  readonly root: Buffer;
  readonly integrator: number;
  /** The account's internal identifier; empty before the enlistment. */
  own = '';
  connection: ChatConnection | undefined;
  readonly #session: Session;
  #over = false;

  constructor(session: Session, hosts: Hosts, service: Service, server: string) {
    const { start, clock } = session;
    this.#session = session;
    this.id = start.actor.id;
    this.settings = start.actor.settings;
    this.clock = clock;
    this.hosts = hosts;
    this.people = new People(start);
    this.service = service;
    this.server = server;
    this.root = Buffer.from(start.trust.noise_root, 'hex');
    this.integrator = Number(start.actor.settings['integrator'] ?? 0);
  }

  setting(name: string): string {
    const value = this.settings[name];
    return typeof value === 'string' ? value : '';
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.settings[name];
    return typeof value === 'boolean' ? value : otherwise;
  }

  /** Nothing where the test case is over: the process may be in another one by then. */
  emit(name: string, facts: JsonObject): void {
    if (!this.#over) this.#session.emit(name, facts);
  }

  /** The test case is over: what is open is closed, and nothing is told any more. */
  end(): void {
    this.#over = true;
    this.connection?.breakOff();
    this.hosts.close();
  }

  log(text: string): void {
    this.#session.log(text);
  }

  seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** Throws where there is no connection. */
  connected(): ChatConnection {
    if (this.connection === undefined || this.connection.ended) throw closed('not connected');
    return this.connection;
  }
}
