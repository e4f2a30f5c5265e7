// The partner's server: tokens for its own devices, its keys and files for the gatekeeper, wake-ups for
// devices that sleep.
import { timingSafeEqual } from 'node:crypto';
import { invalid, type Actor, type JsonObject, type PartnerPart, type Session } from '../driver/index.ts';
import { isObject } from '../driver/json.ts';
import { authorization, deviceHost } from './device.ts';
import { GatekeeperTokens } from './gatekeeper_tokens.ts';
import { Hosts } from './hosts.ts';
import { listen, type Front, type Request, type Response } from './https_front.ts';
import { MediaStore } from './media_store.ts';
import { MOST_STORED } from './media_transfer.ts';
import { People } from './people.ts';
import { isTokenFlaw } from './token_flaws.ts';
import { TOKEN_LIFE_SECONDS, TokenKeys } from './token_keys.ts';

export const KEYS_PATH = '/.well-known/oauth/openid/jwks';
export const ENDPOINT_STATES = ['up', 'down', 'slow', 'error'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];
const USUAL_SERVICE = 'whatsapp';
/** Of the gatekeeper's services, of which a partner may know but one. */
const AUDIENCES = ['https://v.whatsapp.net', 'https://enlistment.messenger.test'] as const;
const SLOW_MS = 60_000; // longer than a caller waits
const ABUSE_LIMIT_MS = 86_400_000;
const MOST_OFFSET = 10 * 365 * 86_400;

function json(status: number, body: JsonObject): Response {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

function bodyOf(request: Request): JsonObject | undefined {
  try {
    const body: unknown = JSON.parse(request.body.toString());
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** "65m" in milliseconds. */
export function durationMs(text: unknown, otherwise: number): number {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const found = /^(\d+)(ms|s|m|h|d)$/.exec(String(text));
  return found === null ? otherwise : Number(found[1]) * (units[found[2] ?? ''] ?? 0);
}

export class PartnerServer {
  endpoint: EndpointState = 'up';
  clockSkewSeconds = 0;
  readonly media: MediaStore;
  readonly keys: TokenKeys;
  readonly #session: Session;
  readonly #part: PartnerPart;
  readonly #hosts: Hosts;
  readonly #callers: GatekeeperTokens;
  readonly #users: readonly Actor[];
  readonly #locations = new Map<string, string>();
  readonly #limitedUntil = new Map<string, number>();
  /** How often it signs with a new key by itself; 0 for never. */
  readonly #habitMs: number;
  #signsSince: number;
  #over = false;
  #front: Front | undefined;

  constructor(session: Session, part: PartnerPart) {
    const { start, clock } = session;
    const { id, settings } = start.actor;
    this.#session = session;
    this.#part = part;
    this.#hosts = new Hosts(part.hosts, start.trust.ca_pem);
    this.#callers = new GatekeeperTokens(part.services, this.#hosts, clock, part.server);
    this.#users = new People(start).ofPartner(id);
    this.media = new MediaStore(clock);
    this.keys = new TokenKeys(id, durationMs(settings['key_overlap'], 65 * 60_000));
    this.#habitMs = durationMs(settings['key_rotation'], 0);
    this.#signsSince = clock.now();
  }

  async start(): Promise<void> {
    const identity = { certificate: this.#part.certificate_pem, key: this.#part.private_key_pem };
    this.#front = await listen(identity, (request) => this.answer(request), MOST_STORED, this.#wantedPort());
  }

  /** Where others have been told to look for it, by address and port instead of by its name; else 0. */
  #wantedPort(): number {
    const [, port] = /^127\.0\.0\.1:(\d+)$/.exec(this.#part.listen['https'] ?? '') ?? [];
    return Number(port ?? 0);
  }

  get address(): string {
    return this.#front?.address ?? '';
  }

  stop(): void {
    this.#over = true;
    this.#hosts.close();
    this.#front?.close();
  }

  /** Nothing where the test case is over: the process may be in another one by then. */
  #tell(event: string, facts: JsonObject): void {
    if (!this.#over) this.#session.emit(event, facts);
  }

  get hosts(): Hosts {
    return this.#hosts;
  }

  rotateKeys(): string {
    this.keys.rotate(this.#session.clock.now());
    return this.keys.kid;
  }

  /** Who has left the EEA gets no tokens any more, and the device is told to give the account back. */
  relocate(who: string, location: string): void {
    if (!this.#users.some((user) => user.id === who)) throw invalid(`${who} is no user of ours`);
    this.#locations.set(who, location);
    if (location === 'elsewhere') this.#wake(who, '/leave');
  }

  async answer(request: Request): Promise<Response> {
    const { method, target } = request;
    if (method === 'POST' && target === '/token') return this.#issueToken(request);
    if (method === 'POST' && target === '/media') return this.#storeMedia(request);
    const forGatekeeper = this.#route(request);
    if (forGatekeeper === undefined) return { status: 404 };
    if (this.endpoint === 'down') return { status: 503 };
    if (this.endpoint === 'error') return { status: 500 };
    if (this.endpoint === 'slow') await this.#session.clock.wait(SLOW_MS);
    return forGatekeeper();
  }

  #route(request: Request): (() => Promise<Response> | Response) | undefined {
    const { method, target } = request;
    if (method === 'GET' && target === KEYS_PATH) return () => this.#publishKeys();
    if (method === 'GET') return () => this.#serveMedia(request);
    if (method === 'POST' && target === '/push') return () => this.#receivePush(request);
    if (method === 'POST' && target === '/abuse') return () => this.#receiveNotice(request);
    return undefined;
  }

  /** The device that shows its credential. */
  #authenticated(request: Request): Actor | undefined {
    const shown = Buffer.from(String(request.headers['authorization'] ?? ''));
    return this.#users.find(({ id }) => {
      const expected = Buffer.from(authorization(id));
      return shown.length === expected.length && timingSafeEqual(shown, expected);
    });
  }

  /** A user of its own, in the EEA, whom nobody has limited for abuse. */
  #vouchesFor({ id, settings }: Actor): boolean {
    const location = this.#locations.get(id) ?? settings['location'] ?? 'eea';
    const limited = (this.#limitedUntil.get(id) ?? 0) > this.#session.clock.now();
    return location === 'eea' && settings['bridged'] !== true && !limited;
  }

  #issueToken(request: Request): Response {
    const user = this.#authenticated(request);
    if (user === undefined) return { status: 401 };
    const asked = bodyOf(request);
    if (asked === undefined) return { status: 400 };
    if (asked['identifier'] !== user.settings['identifier'] || !this.#vouchesFor(user)) {
      return { status: 403 };
    }
    const offset = asked['issued_at_offset_seconds'] ?? 0;
    if (typeof offset !== 'number' || Math.abs(offset) > MOST_OFFSET) return { status: 400 };
    this.#rotateWhereDue();
    return json(200, { token: this.#token(user, offset, asked) });
  }

  /** The token says that the user is the partner's. `issuer` and `flaw` exist for tests alone. */
  #token(user: Actor, offset: number, asked: JsonObject): string {
    const issued = Math.floor(this.#session.clock.now() / 1000) + this.clockSkewSeconds + offset;
    const service = this.#serviceOf(user);
    const claims: JsonObject = {
      iss: this.#part.server,
      sub: user.settings['identifier'],
      aud: new URL(service.enlistment).origin,
      integrator: this.#session.start.actor.settings['integrator'],
      iat: issued,
      nbf: issued,
      exp: issued + TOKEN_LIFE_SECONDS,
    };
    if (asked['issuer'] === 'unknown') {
      Object.assign(claims, { iss: 'https://unknown.partner.test', integrator: 65_535 });
    }
    const flaw = String(asked['flaw'] ?? '');
    if (!isTokenFlaw(flaw)) return this.keys.sign(claims);
    return this.keys.flawed(flaw, claims, this.#others(String(claims['aud'])));
  }

  /** What the tokens of others would say, where one's own has that audience. */
  #others(audience: string): { partner: JsonObject; audience: string } {
    const { actor, cast } = this.#session.start;
    const other = cast.find(({ kind, id }) => kind === 'partner' && id !== actor.id);
    const partner =
      other === undefined
        ? {}
        : { iss: `https://${other.id}.partner.test`, integrator: other.settings['integrator'] };
    return { partner, audience: AUDIENCES.find((one) => one !== audience) ?? audience };
  }

  /** Who does not say of which service they are is of the only one, or of WhatsApp. */
  #serviceOf({ settings }: Actor) {
    const { services } = this.#part;
    const named = settings['service'] ?? USUAL_SERVICE;
    const service = services.find((one) => one.service === named) ?? services[0];
    if (service === undefined) throw new Error('there is always a service');
    return service;
  }

  #rotateWhereDue(): void {
    const passed = this.#session.clock.now() - this.#signsSince;
    if (this.#habitMs === 0 || passed < this.#habitMs) return;
    // As if it had done so when the time was over.
    this.#signsSince += this.#habitMs * Math.floor(passed / this.#habitMs);
    this.keys.rotate(this.#signsSince);
  }

  #publishKeys(): Response {
    this.#rotateWhereDue();
    const keys = this.keys.published(this.#session.clock.now());
    this.#tell('jwks-served', { keys: keys.length });
    return json(200, { keys });
  }

  #storeMedia(request: Request): Response {
    if (this.#authenticated(request) === undefined) return { status: 401 };
    const reference = this.media.store(request.body);
    this.#tell('media-stored', { reference, size: request.body.length });
    return json(201, { storage_reference: reference });
  }

  async #serveMedia(request: Request): Promise<Response> {
    const reference = request.target.slice(1);
    const response = await this.media.serve(reference, request);
    if (response.status === 200 || response.status === 206) {
      this.#tell('media-served', { reference, to: request.remote });
    }
    return response;
  }

  #caller(request: Request) {
    return this.#callers.identify(String(request.headers['authorization'] ?? ''));
  }

  #userAt(service: string, identifier: string): Actor | undefined {
    return this.#users.find(
      (user) =>
        user.settings['identifier'] === identifier && this.#serviceOf(user).service === service,
    );
  }

  async #receivePush(request: Request): Promise<Response> {
    const { service, refusal } = await this.#caller(request);
    const to = bodyOf(request)?.['to'];
    const reason = refusal ?? (typeof to === 'string' ? undefined : 'malformed-body');
    if (reason !== undefined) {
      this.#tell('push', { to: '', accepted: false, reason });
      return { status: refusal === undefined ? 400 : 401 };
    }
    this.#tell('push', { to: String(to), accepted: true });
    const user = this.#userAt(service.service, String(to));
    if (user?.settings['auto_connect_on_push'] === true) this.#wake(user.id, '/wake');
    // The same answer for users that we do not know: the caller learns nothing.
    return { status: 200 };
  }

  /** A surrogate: how the gatekeeper tells a partner that a user of its misbehaves is not public. The user
   * gets no tokens for a day. */
  async #receiveNotice(request: Request): Promise<Response> {
    const { service, refusal } = await this.#caller(request);
    const about = bodyOf(request)?.['user'];
    const accepted = refusal === undefined && typeof about === 'string';
    this.#tell('abuse-notice', { about: typeof about === 'string' ? about : '', accepted });
    if (!accepted) return { status: refusal === undefined ? 400 : 401 };
    const user = this.#userAt(service.service, about);
    if (user !== undefined) {
      this.#limitedUntil.set(user.id, this.#session.clock.now() + ABUSE_LIMIT_MS);
    }
    return { status: 200 };
  }

  /** The operating system's push service carries no content, so neither does its stand-in. A device that
   * does not answer stays asleep; the mailbox keeps the message. */
  #wake(user: string, path: string): void {
    const host = { host: deviceHost(user), port: 443 };
    this.#hosts.send(host, path, { method: 'POST' }).catch(() => {});
  }
}
