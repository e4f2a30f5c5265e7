// The tokens that a client gets from its own server.
import { refused, type JsonObject } from '../driver/index.ts';
import type { ClientContext } from './client_context.ts';
import { authorization } from './device.ts';
import type { Answer } from './hosts.ts';
import { answeredText } from './media_transfer.ts';
import { isTokenFlaw } from './token_flaws.ts';

const WEEK_SECONDS = 7 * 86_400;

/** What is asked of the server for each kind of token that a scenario may want. */
function requestFor(identifier: string, kind: string): JsonObject {
  const asked: JsonObject = { identifier };
  if (kind === 'expired-token') asked['issued_at_offset_seconds'] = -WEEK_SECONDS;
  if (kind === 'unknown-integrator') asked['issuer'] = 'unknown';
  if (isTokenFlaw(kind)) asked['flaw'] = kind;
  return asked;
}

function withDamagedSignature(token: string): string {
  const dot = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(dot + 1), 'base64url');
  const last = signature.length - 1;
  signature[last] = (signature[last] ?? 0) ^ 1;
  return `${token.slice(0, dot + 1)}${signature.toString('base64url')}`;
}

export class OwnTokens {
  readonly #context: ClientContext;
  /** The last good one. */
  held = '';

  constructor(context: ClientContext) {
    this.#context = context;
  }

  ask(identifier: string, credential: string | undefined, kind: string): Promise<Answer> {
    return this.#context.hosts.fetch(`${this.#context.server}/token`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(credential === undefined ? {} : { Authorization: credential }),
      },
      body: JSON.stringify(requestFor(identifier, kind)),
    });
  }

  /** A fresh one; `kind` is empty, a fault of an enlistment or a flaw. */
  async fetch(kind = ''): Promise<string> {
    const identifier = this.#context.setting('identifier');
    const answer = await this.ask(identifier, authorization(this.#context.id), kind);
    if (answer.status === 404) throw refused('the server issues no tokens');
    const token = answeredText(answer, 'token');
    const special = requestFor(identifier, kind);
    if (kind === 'bad-token') return withDamagedSignature(token);
    if (Object.keys(special).length === 1) this.held = token;
    return token;
  }
}
