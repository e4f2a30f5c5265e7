// Whether a caller is the gatekeeper: its token is verified with the keys that it publishes.
import { createPublicKey, createVerify, type JsonWebKey } from 'node:crypto';
import { isObject, type JsonObject } from '../driver/json.ts';
import type { Clock, Service } from '../driver/index.ts';
import { departs } from './defects.ts';
import type { Hosts } from './hosts.ts';

const SKEW_SECONDS = 300;
const MOST_TOKEN = 4096;

export interface Caller {
  readonly service: Service;
  /** Undefined for who is what they say. */
  readonly refusal: string | undefined;
}

interface Token {
  readonly input: string;
  readonly signature: Buffer;
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

function readToken(text: string): Token | undefined {
  const parts = text.split('.');
  const [header, claims, signature] = parts;
  if (parts.length !== 3 || text.length > MOST_TOKEN || !header || !claims) return undefined;
  try {
    const [first, second] = [header, claims].map((one): unknown =>
      JSON.parse(Buffer.from(one, 'base64url').toString()),
    );
    if (!isObject(first) || !isObject(second)) return undefined;
    const bytes = Buffer.from(signature ?? '', 'base64url');
    return { input: `${header}.${claims}`, signature: bytes, header: first, claims: second };
  } catch {
    return undefined;
  }
}

type Key = JsonWebKey & { kid?: string };

export class GatekeeperTokens {
  readonly #services: readonly Service[];
  readonly #hosts: Hosts;
  readonly #clock: Clock;
  readonly #audience: string;
  readonly #keys = new Map<string, Key[]>();

  /** `audience` is the partner's own URL. */
  constructor(services: readonly Service[], hosts: Hosts, clock: Clock, audience: string) {
    this.#services = services;
    this.#hosts = hosts;
    this.#clock = clock;
    this.#audience = audience;
  }

  async identify(authorization: string): Promise<Caller> {
    const [first] = this.#services;
    if (first === undefined) throw new Error('there is always a service');
    if (departs('accepts-any-push')) return { service: first, refusal: undefined };
    if (!authorization.startsWith('Bearer ')) return { service: first, refusal: 'no-token' };
    const token = readToken(authorization.slice('Bearer '.length));
    if (token === undefined) return { service: first, refusal: 'malformed' };
    const issuer = token.claims['iss'];
    const service = this.#services.find((one) => one.issuer === issuer);
    if (service === undefined) return { service: first, refusal: 'wrong-issuer' };
    return { service, refusal: await this.#refusal(token, service) };
  }

  async #refusal(token: Token, service: Service): Promise<string | undefined> {
    const { alg, kid } = token.header;
    if (alg !== 'RS256') return 'wrong-algorithm';
    const key = await this.#key(service, String(kid));
    if (key === undefined) return 'unknown-key';
    const verifier = createVerify('sha256').update(token.input);
    if (!verifier.verify(createPublicKey({ key, format: 'jwk' }), token.signature)) {
      return 'bad-signature';
    }
    return this.#wrongClaim(token.claims);
  }

  #wrongClaim({ aud, exp, nbf }: JsonObject): string | undefined {
    const now = this.#clock.now() / 1000;
    if (aud !== this.#audience) return 'wrong-audience';
    if (typeof exp !== 'number') return 'no-expiry';
    if (now > exp + SKEW_SECONDS) return 'expired';
    return typeof nbf === 'number' && now < nbf - SKEW_SECONDS ? 'not-yet-valid' : undefined;
  }

  /** The keys are fetched once, and again when a token names one that we do not have. */
  async #key(service: Service, kid: string): Promise<Key | undefined> {
    const find = (): Key | undefined =>
      this.#keys.get(service.service)?.find((key) => key.kid === kid && key.kty === 'RSA');
    const known = find();
    if (known !== undefined) return known;
    const answer = await this.#hosts.fetch(service.keys).catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    try {
      const { keys } = JSON.parse(answer.body.toString()) as { keys?: Key[] };
      this.#keys.set(service.service, Array.isArray(keys) ? keys : []);
    } catch {
      return undefined;
    }
    return find();
  }
}
