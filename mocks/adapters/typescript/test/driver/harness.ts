// The harness's end of a driver's streams, for tests: it writes lines and reads what comes.
import { PassThrough } from 'node:stream';
import { isObject, type JsonObject } from '../../src/driver/json.ts';
import { converse, type DriverPlan } from '../../src/driver/run_driver.ts';

export class Harness {
  readonly ended: Promise<void>;
  readonly #input = new PassThrough();
  readonly #errors = new PassThrough();
  readonly #seen: JsonObject[] = [];
  // A driver's input is what keeps its process alive; these streams keep none.
  readonly #alive = setInterval(() => {}, 1000);
  #rest = '';
  #log = '';
  #waiting: (() => void)[] = [];

  constructor(plan: DriverPlan) {
    const output = new PassThrough();
    output.on('data', (chunk: Buffer) => this.#take(chunk.toString()));
    this.#errors.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    this.ended = converse(plan, { input: this.#input, output, errors: this.#errors });
  }

  get log(): string {
    return this.#log;
  }

  line(text: string | Buffer): void {
    this.#input.write(text);
    this.#input.write('\n');
  }

  say(message: object): void {
    this.line(JSON.stringify({ jsonrpc: '2.0', ...message }));
  }

  call(id: number, method: string, params: object): Promise<JsonObject> {
    this.say({ id, method, params });
    return this.next((message) => message['id'] === id && message['method'] === undefined);
  }

  perform(id: number, operation: string, given: object = {}): Promise<JsonObject> {
    return this.call(id, 'perform', { operation, arguments: given });
  }

  end(): Promise<void> {
    clearInterval(this.#alive);
    this.#input.end();
    return this.ended;
  }

  /** The first message that fits, taken out of those that came. */
  async next(fits: (message: JsonObject) => boolean): Promise<JsonObject> {
    for (;;) {
      const index = this.#seen.findIndex(fits);
      const found = index < 0 ? undefined : this.#seen.splice(index, 1)[0];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  notification(method: string): Promise<JsonObject> {
    return this.next((message) => message['method'] === method);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const message: unknown = JSON.parse(line);
      if (isObject(message)) this.#seen.push(message);
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

export function startParams(seat: string, more: object = {}): object {
  return {
    seat,
    actor: { id: 'bob', kind: 'partner-user', of: 'birdy', settings: { integrator: 1 } },
    cast: [{ id: 'alice', kind: 'whatsapp-user', settings: { number: '33612345678' } }],
    endpoints: { web_chat: 'wss://web.test/ws/chat', chat: 'chat.test:5222', media: 'mmg.test:443' },
    trust: { noise_root: '00'.repeat(32), ca_pem: 'none' },
    time: '2026-03-02T09:00:00Z',
    addressing: 'interop',
    ...more,
  };
}

export function errorOf(answer: JsonObject): { code: unknown; message: unknown } {
  const error = answer['error'];
  return isObject(error)
    ? { code: error['code'], message: error['message'] }
    : { code: undefined, message: undefined };
}
