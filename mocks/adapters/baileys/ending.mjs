// Why a connection ended, as `disconnected` events tell it, and what an application does then.
import { DisconnectReason, UNAUTHORIZED_CODES } from 'baileys';
import { statusOf } from './failure.mjs';

// What Baileys' documentation has an application connect again after: all but being logged out,
// replaced, or refused.
const comesBack = new Set([
  DisconnectReason.restartRequired,
  DisconnectReason.unavailableService,
  DisconnectReason.connectionClosed,
  DisconnectReason.connectionLost,
]);

/** `error` is what Baileys gave for the end; none where the owner asked for it. */
export class Ending {
  constructor(error) {
    this.error = error;
    this.status = statusOf(error);
  }

  /** The facts of the event, in the same words as our own native client's. */
  facts() {
    if (this.error === undefined) return { reason: 'requested' };
    const conflict = this.error.data?.tag === 'conflict' ? this.error.data.attrs.type : undefined;
    if (conflict) return { reason: conflict, detail: String(this.status) };
    if (this.error.message.startsWith('Stream Errored')) {
      return { reason: 'stream-error', detail: String(this.status) };
    }
    return { reason: 'closed', detail: this.error.message };
  }

  /** A login that the server refused, as the result of the operation; undefined for other ends. */
  refusal() {
    if (this.error?.message !== 'Connection Failure') return undefined;
    return { code: this.status };
  }

  get wantsRestart() {
    return this.status === DisconnectReason.restartRequired;
  }

  get comesBack() {
    return comesBack.has(this.status);
  }

  /** The account's keys are worth nothing any more: the next connection has to be paired anew. */
  get loggedOut() {
    return UNAUTHORIZED_CODES.includes(this.status);
  }
}
