// The events of the driver contract, numbered, in the order in which Baileys told of them.
import { logLine } from './quiet_console.mjs';

export class Events {
  #send;
  #sequence = 0;
  #last = Promise.resolve();

  constructor(send) {
    this.#send = send;
  }

  push(name, facts) {
    const sequence = this.#sequence;
    this.#sequence += 1;
    this.#send({ sequence, name, facts });
  }

  /** Runs `work` once everything queued before is done: finding out who wrote may take a request. */
  inOrder(work) {
    this.#last = this.#last.then(work).catch((error) => logLine(`event lost: ${error.message}`));
    return this.#last;
  }
}
