// JSON-RPC 2.0 over two streams, one message per line. Whatever comes in gets an answer or is ignored
// by the rules of JSON-RPC; nothing that comes in ends the process.
import { code, Failure } from './failure.mjs';

const MOST_BYTES = 32 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** Cuts a byte stream into lines; a line that is too long is told once and skipped. */
class Lines {
  #parts = [];
  #size = 0;
  #skipping = false;

  constructor(onLine, onTooLong) {
    this.onLine = onLine;
    this.onTooLong = onTooLong;
  }

  push(chunk) {
    let rest = chunk;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      this.#take(rest.subarray(0, end));
      this.#finish();
      rest = rest.subarray(end + 1);
    }
    this.#take(rest);
  }

  #take(bytes) {
    if (this.#skipping || bytes.length === 0) return;
    if (this.#size + bytes.length > MOST_BYTES) {
      this.#skipping = true;
      this.#parts = [];
      this.onTooLong();
      return;
    }
    this.#size += bytes.length;
    this.#parts.push(bytes);
  }

  #finish() {
    const whole = Buffer.concat(this.#parts);
    const skipped = this.#skipping;
    this.#parts = [];
    this.#size = 0;
    this.#skipping = false;
    if (!skipped && whole.length > 0) this.onLine(whole);
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value) {
  return typeof value === 'string' || typeof value === 'number';
}

export class JsonRpc {
  #methods;
  #output;
  #waiting = new Map();
  #lastId = 0;

  /** `methods` maps names to functions of the parameters, which return a result or a promise. */
  constructor(input, output, methods) {
    this.#methods = methods;
    this.#output = output;
    const lines = new Lines(
      (line) => this.#onLine(line),
      () => this.#fail(null, code.invalidRequest, `a line of more than ${MOST_BYTES} bytes`),
    );
    input.on('data', (chunk) => lines.push(chunk));
  }

  notify(method, params) {
    this.#write({ jsonrpc: '2.0', method, params });
  }

  /** The other side's result; throws a Failure with its error. */
  request(method, params) {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#write({ jsonrpc: '2.0', id, method, params });
    return answer;
  }

  #write(message) {
    this.#output.write(`${JSON.stringify(message)}\n`);
  }

  #fail(id, errorCode, message) {
    this.#write({ jsonrpc: '2.0', id, error: { code: errorCode, message } });
  }

  #onLine(line) {
    let message;
    try {
      message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
    } catch (error) {
      this.#fail(null, code.parse, `not a line of JSON: ${error.message}`);
      return;
    }
    if (!isObject(message) || message.jsonrpc !== '2.0') {
      this.#fail(null, code.invalidRequest, 'expected one JSON-RPC 2.0 message per line');
    } else if (message.method === undefined) {
      this.#onAnswer(message);
    } else {
      void this.#onCall(message);
    }
  }

  #onAnswer({ id, result, error }) {
    // The id comes back as a text from those who keep 64-bit numbers in texts.
    const waiting = this.#waiting.get(Number(id));
    if (waiting === undefined) {
      this.#fail(null, code.invalidRequest, 'an answer to nothing that was asked');
      return;
    }
    this.#waiting.delete(Number(id));
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Failure(error?.code ?? code.failed, error?.message ?? 'no reason given'));
  }

  async #onCall({ id, method, params }) {
    const wantsAnswer = isId(id);
    if (id !== undefined && !wantsAnswer) {
      this.#fail(null, code.invalidRequest, 'the id must be a text or a number');
      return;
    }
    try {
      const perform = Object.hasOwn(this.#methods, method) ? this.#methods[method] : undefined;
      if (perform === undefined) {
        throw new Failure(code.methodNotFound, `no method "${String(method)}"`);
      }
      if (params !== undefined && !isObject(params)) {
        throw new Failure(code.invalid, 'the parameters must be an object');
      }
      const result = await perform(params ?? {});
      if (wantsAnswer) this.#write({ jsonrpc: '2.0', id, result: result ?? {} });
    } catch (error) {
      if (wantsAnswer) this.#fail(id, error.code ?? code.failed, error.message);
    }
  }
}
