// The messages of schemas/driver.proto, in protobuf's JSON mapping with the field names as they stand
// there, and readers that say what is wrong with one.
import { invalid } from './failure.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

export const PROTOCOL_VERSION = 1;

/** What only drivers perform: the world's clock was set forward. */
export const PASS_TIME = 'pass-time';

export interface Implementation {
  name: string;
  version: string;
}

export interface Hello {
  name: string;
  version: string;
  protocol: number;
  implementation: Implementation;
  seats: string[];
  addressing: string[];
  capabilities: string[];
  /** "many": the process takes another start once stop was answered. */
  sessions?: 'many';
}

export interface Actor {
  id: string;
  kind: string;
  /** A partner user's partner; empty for others. */
  of: string;
  settings: JsonObject;
}

/** One of the gatekeeper's services, by the names that its hosts have in the world. */
export interface Service {
  service: string;
  /** `iss` of its tokens. */
  issuer: string;
  enlistment: string;
  keys: string;
  web_chat: string;
  chat: string;
  media: string;
}

export interface PartnerPart {
  services: Service[];
  /** The URL of the partner's own server. */
  server: string;
  /** "chat.whatsapp.net:5222" -> "127.0.0.1:41002". */
  hosts: Record<string, string>;
  /** What it may listen for, and under which name others look for it. */
  listen: Record<string, string>;
  certificate_pem: string;
  private_key_pem: string;
}

/** With which the product's own user logs in; `password` and `token` are secrets, empty where none is stated. */
export interface Account {
  /** By which the product knows the person. */
  identifier: string;
  password: string;
  token: string;
}

/** What a run file states of the product (IXIT), for an adapter of a real one. */
export interface Product {
  /** Where it stands by itself: "push" -> "https://partner.example/push". */
  endpoints: Record<string, string>;
  /** What it keeps to: "reconnect" -> "10s". */
  timers: Record<string, string>;
  /** Of the actor, in the seats of clients, where one is stated for them. */
  account?: Account;
}

export interface Start {
  seat: string;
  actor: Actor;
  cast: Actor[];
  endpoints: { web_chat: string; chat: string; media: string };
  trust: { noise_root: string; ca_pem: string };
  time: string;
  addressing: string;
  /** In a partner's seats only. */
  partner?: PartnerPart;
  /** Where a run file states anything of the product. */
  product?: Product;
}

/** Reads members of one message; errors name the message and the member. */
export class Members {
  readonly #object: JsonObject;
  readonly #message: string;

  constructor(message: string, object: JsonObject) {
    this.#message = message;
    this.#object = object;
  }

  text(name: string): string {
    const value = this.#object[name];
    if (typeof value !== 'string' || value === '') throw this.#wrong(name, 'must be a text');
    return value;
  }

  textOr(name: string, otherwise: string): string {
    return this.#object[name] === undefined ? otherwise : this.text(name);
  }

  object(name: string): JsonObject {
    const value = this.#object[name];
    if (!isObject(value)) throw this.#wrong(name, 'must be an object');
    return value;
  }

  objects(name: string): JsonObject[] {
    const value = this.#object[name] ?? [];
    if (!Array.isArray(value) || !value.every(isObject)) {
      throw this.#wrong(name, 'must be a list of objects');
    }
    return value;
  }

  table(name: string): Record<string, string> {
    const table: Record<string, string> = {};
    for (const [key, value] of Object.entries(this.#object[name] ? this.object(name) : {})) {
      if (typeof value !== 'string') throw this.#wrong(name, 'must hold texts');
      table[key] = value;
    }
    return table;
  }

  #wrong(name: string, why: string): Error {
    return invalid(`${this.#message}: "${name}" ${why}`);
  }
}

function readActor(object: JsonObject): Actor {
  const members = new Members('start: actor', object);
  const settings: Json | undefined = object['settings'];
  return {
    id: members.text('id'),
    kind: members.text('kind'),
    of: members.textOr('of', ''),
    settings: isObject(settings) ? settings : {},
  };
}

function readService(object: JsonObject): Service {
  const members = new Members('start: services', object);
  return {
    service: members.text('service'),
    issuer: members.text('issuer'),
    enlistment: members.text('enlistment'),
    keys: members.text('keys'),
    web_chat: members.text('web_chat'),
    chat: members.text('chat'),
    media: members.text('media'),
  };
}

function readPartnerPart(object: JsonObject): PartnerPart {
  const members = new Members('start: partner', object);
  return {
    services: members.objects('services').map(readService),
    server: members.text('server'),
    hosts: members.table('hosts'),
    listen: members.table('listen'),
    certificate_pem: members.textOr('certificate_pem', ''),
    private_key_pem: members.textOr('private_key_pem', ''),
  };
}

function readProduct(object: JsonObject): Product {
  const members = new Members('start: product', object);
  const product: Product = {
    endpoints: members.table('endpoints'),
    timers: members.table('timers'),
  };
  if (object['account'] === undefined) return product;
  const account = new Members('start: product: account', members.object('account'));
  return {
    ...product,
    account: {
      identifier: account.text('identifier'),
      password: account.textOr('password', ''),
      token: account.textOr('token', ''),
    },
  };
}

/** Throws a Failure for what is missing or of another type; members that are unknown are passed over. */
export function readStart(params: JsonObject): Start {
  const members = new Members('start', params);
  const endpoints = new Members('start: endpoints', members.object('endpoints'));
  const trust = new Members('start: trust', members.object('trust'));
  const start: Start = {
    seat: members.text('seat'),
    actor: readActor(members.object('actor')),
    cast: members.objects('cast').map(readActor),
    endpoints: {
      web_chat: endpoints.text('web_chat'),
      chat: endpoints.text('chat'),
      media: endpoints.text('media'),
    },
    trust: { noise_root: trust.text('noise_root'), ca_pem: trust.text('ca_pem') },
    time: members.text('time'),
    addressing: members.text('addressing'),
  };
  if (params['partner'] !== undefined) start.partner = readPartnerPart(members.object('partner'));
  if (params['product'] !== undefined) start.product = readProduct(members.object('product'));
  return start;
}
