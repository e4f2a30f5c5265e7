// JSON-RPC 2.0 over two streams, one message per line. Whatever comes in gets an answer or is ignored
// by the rules of JSON-RPC; nothing that comes in ends the process.
import type { Readable, Writable } from 'node:stream';
import { Failure, asFailure, errorCode, messageOf, timedOut } from './failure.ts';
import { isObject, type JsonObject } from './json.ts';
import { Lines } from './lines.ts';

/** Of a line, in bytes, both ways. */
export const MOST_LINE_BYTES = 32 * 1024 * 1024;

export type Method = (params: JsonObject) => JsonObject | void | Promise<JsonObject | void>;
type Id = string | number;

interface Waiting {
  resolve(result: JsonObject): void;
  reject(failure: Failure): void;
  timer: NodeJS.Timeout;
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value));
}

export class JsonRpc {
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #output: Writable;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(input: Readable, output: Writable, methods: ReadonlyMap<string, Method>) {
    this.#methods = methods;
    this.#output = output;
    const lines = new Lines(MOST_LINE_BYTES, {
      onLine: (line) => this.#onLine(line),
      onTooLong: () =>
        this.#fail(null, errorCode.invalidRequest, `a line of more than ${MOST_LINE_BYTES} bytes`),
    });
    input.on('data', (chunk: Buffer) => lines.push(chunk));
  }

  notify(method: string, params: object): void {
    this.#write({ jsonrpc: '2.0', method, params });
  }

  /** The other side's result; throws a Failure with its error, or where none comes in time. */
  request(method: string, params: object, deadlineMs: number): Promise<JsonObject> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(timedOut(`no answer to "${method}"`));
      }, deadlineMs);
      timer.unref();
      this.#waiting.set(id, { resolve, reject, timer });
      this.#write({ jsonrpc: '2.0', id, method, params });
    });
  }

  #write(message: object): void {
    this.#output.write(`${JSON.stringify(message)}\n`);
  }

  #fail(id: Id | null, code: number, message: string): void {
    this.#write({ jsonrpc: '2.0', id, error: { code, message } });
  }

  #onLine(line: Buffer): void {
    let message: unknown;
    try {
      message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
    } catch (thrown) {
      this.#fail(null, errorCode.parse, `not a line of JSON: ${messageOf(thrown)}`);
      return;
    }
    if (!isObject(message) || message['jsonrpc'] !== '2.0') {
      this.#fail(null, errorCode.invalidRequest, 'expected one JSON-RPC 2.0 message per line');
    } else if (message['method'] === undefined) {
      this.#onAnswer(message);
    } else {
      void this.#onCall(message);
    }
  }

  #onAnswer({ id, result, error }: JsonObject): void {
    // The id comes back as a text from those who keep 64-bit numbers in texts.
    const waiting = this.#waiting.get(Number(id));
    if (waiting === undefined) {
      this.#fail(null, errorCode.invalidRequest, 'an answer to nothing that was asked');
      return;
    }
    this.#waiting.delete(Number(id));
    clearTimeout(waiting.timer);
    if (error === undefined) {
      waiting.resolve(isObject(result) ? result : {});
      return;
    }
    const { code, message } = isObject(error) ? error : {};
    waiting.reject(
      new Failure(
        typeof code === 'number' ? code : errorCode.failed,
        typeof message === 'string' ? message : 'no reason given',
      ),
    );
  }

  async #onCall({ id, method, params }: JsonObject): Promise<void> {
    if (id !== undefined && !isId(id)) {
      this.#fail(null, errorCode.invalidRequest, 'the id must be a text or a whole number');
      return;
    }
    try {
      const perform = this.#methods.get(String(method));
      if (perform === undefined) {
        throw new Failure(errorCode.methodNotFound, `no method "${String(method)}"`);
      }
      if (params !== undefined && !isObject(params)) {
        throw new Failure(errorCode.invalid, 'the parameters must be an object');
      }
      const result = await perform(params ?? {});
      if (id !== undefined) this.#write({ jsonrpc: '2.0', id, result: result ?? {} });
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (id !== undefined) this.#fail(id, failure.code, failure.message);
    }
  }
}
