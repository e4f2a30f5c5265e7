// The keys with which the partner's server signs, and the tokens that it makes (RS256). A retired key stays
// published until the last token that it signed has expired.
import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Json, JsonObject } from '../driver/index.ts';
import { departs } from './defects.ts';
import type { TokenFlaw } from './token_flaws.ts';

export const TOKEN_LIFE_SECONDS = 3600;
const SKEW_SECONDS = 300;
const MOST_TOKEN = 4096;
const WEEK_SECONDS = 7 * 86_400;

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Milliseconds since 1970; without an end for the one that signs. */
  readonly until: number;
}

function newPair(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(privateKey: KeyObject, header: JsonObject, claims: JsonObject): string {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createSign('sha256').update(input).sign(privateKey).toString('base64url')}`;
}

function jwk(publicKey: KeyObject): { n: string; e: string } {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { n, e };
}

export class TokenKeys {
  readonly #name: string;
  readonly #overlapMs: number;
  readonly #keys: Key[] = [];
  #generation = 0;

  constructor(name: string, overlapMs: number = 1000 * (TOKEN_LIFE_SECONDS + SKEW_SECONDS)) {
    this.#name = name;
    this.#overlapMs = overlapMs;
    this.rotate(0);
  }

  get kid(): string {
    return this.#current.kid;
  }

  get #current(): Key {
    const [first] = this.#keys;
    if (first === undefined) throw new Error('there is always a key');
    return first;
  }

  rotate(now: number): void {
    const [before] = this.#keys;
    if (before !== undefined) this.#keys[0] = { ...before, until: now + this.#overlapMs };
    this.#generation += 1;
    this.#keys.unshift({ kid: `${this.#name}-${this.#generation}`, ...newPair(), until: Infinity });
  }

  /** The JWKS as of now. */
  published(now: number): JsonObject[] {
    if (departs('drops-old-keys')) this.#keys.splice(1);
    while ((this.#keys.at(-1)?.until ?? Infinity) < now) this.#keys.pop();
    return this.#keys.map(({ kid, publicKey }) => ({
      kid, kty: 'RSA', alg: 'RS256', use: 'sig', ...jwk(publicKey),
    }));
  }

  sign(claims: JsonObject, more: JsonObject = {}): string {
    return signed(this.#current.privateKey, this.#header(more), claims);
  }

  #header(more: JsonObject): JsonObject {
    return { alg: 'RS256', kid: this.kid, typ: 'JWT', ...more };
  }

  /** What a verifier has to refuse, but for "longest-token". `others` are what another partner's and another
   * service's token would say. */
  flawed(flaw: TokenFlaw, claims: JsonObject, others: { partner: JsonObject; audience: Json }): string {
    const now = Number(claims['iat']);
    const later = now + WEEK_SECONDS;
    switch (flaw) {
      case 'alg-none':
        return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
      case 'hmac-with-public-key':
        return this.#hmac(claims);
      case 'unknown-key':
        return signed(newPair().privateKey, this.#header({ kid: `${this.kid}-unpublished` }), claims);
      case 'embedded-key': {
        const pair = newPair();
        return signed(pair.privateKey, this.#header({ jwk: { kty: 'RSA', ...jwk(pair.publicKey) } }), claims);
      }
      case 'not-yet-valid':
        return this.sign({ ...claims, iat: later, nbf: later, exp: later + TOKEN_LIFE_SECONDS });
      case 'other-partner':
        return this.sign({ ...claims, ...others.partner });
      case 'other-audience':
        return this.sign({ ...claims, aud: 'https://elsewhere.test' });
      case 'other-service':
        return this.sign({ ...claims, aud: others.audience });
      case 'no-expiry':
        return this.sign({ ...claims, exp: undefined });
      case 'longest-token':
        return this.#ofSize(MOST_TOKEN, claims);
      case 'too-long-token':
        return this.#ofSize(MOST_TOKEN + 1, claims);
    }
  }

  #hmac(claims: JsonObject): string {
    const secret = this.#current.publicKey.export({ format: 'pem', type: 'spki' });
    const input = `${part(this.#header({ alg: 'HS256' }))}.${part(claims)}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  }

  /** Base64 has no text of every length, so the header helps where the claims alone do not get there. */
  #ofSize(size: number, claims: JsonObject): string {
    const length = (inHeader: number, inClaims: number): number => {
      const header = part(this.#header({ pad: 'p'.repeat(inHeader) }));
      // A signature of 256 bytes has 342 characters.
      return header.length + part({ ...claims, pad: 'p'.repeat(inClaims) }).length + 342 + 2;
    };
    for (let inHeader = 0; inHeader < 3; inHeader += 1) {
      for (let inClaims = Math.floor(((size - length(0, 0)) * 3) / 4) - 6; inClaims < size; inClaims += 1) {
        const reached = length(inHeader, inClaims);
        if (reached > size) break;
        if (reached < size) continue;
        return this.sign({ ...claims, pad: 'p'.repeat(inClaims) }, { pad: 'p'.repeat(inHeader) });
      }
    }
    throw new Error(`no token of ${size} bytes`);
  }
}
