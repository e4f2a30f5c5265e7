// The hosts that the partner may have to do with: by their names in the world, at the addresses that
// `start` gives. Nothing else is ever contacted.
import type { ClientRequest } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { closed, failed, invalid, timedOut } from '../driver/index.ts';

const CONNECT_MS = 10_000;
const ANSWER_MS = 30_000;
const MOST_BODY = 1024 * 1024;

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
  /** Of the answer's body. */
  readonly limit?: number;
  /** The one version of TLS on offer. */
  readonly tls?: SecureVersion;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** False where the connection ended before the body did. */
  readonly whole: boolean;
  readonly tlsVersion: string;
}

/** "chat.whatsapp.net:5222" */
export function parseAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (colon <= 0 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid(`"${text}" is no host and port`);
  }
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port };
}

interface Closable {
  destroy(error?: Error): void;
  once(event: 'close', done: () => void): void;
}

export class Hosts {
  readonly #table: Readonly<Record<string, string>>;
  readonly #ca: string;
  readonly #open = new Set<Closable>();
  #closed = false;

  constructor(table: Readonly<Record<string, string>>, ca: string) {
    this.#table = table;
    this.#ca = ca;
  }

  /** Where that name is. Throws for a host that is none of the partner's. */
  at({ host, port }: Address): Address {
    if (this.#closed) throw closed('the test case is over');
    const name = `${host}:${port}`;
    const where = Object.hasOwn(this.#table, name) ? this.#table[name] : undefined;
    if (where === undefined) throw failed(`${name} is none of the hosts that start names`);
    return parseAddress(where);
  }

  /** Ends every connection, and lets nobody open another: the test case is over. */
  close(): void {
    this.#closed = true;
    for (const one of this.#open) one.destroy(closed('the test case is over'));
  }

  #keep<T extends Closable>(one: T): T {
    this.#open.add(one);
    one.once('close', () => this.#open.delete(one));
    return one;
  }

  async connect(name: Address, secure: boolean): Promise<Socket> {
    const { host, port } = this.at(name);
    const socket = this.#keep<Socket>(
      secure
        ? connectTls({ host, port, servername: name.host, ca: this.#ca, ALPNProtocols: ['http/1.1'] })
        : connectTcp({ host, port }),
    );
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(timedOut(`no connection to ${name.host}`)), CONNECT_MS);
      timer.unref();
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.once('error', (error) => reject(closed(`${name.host}: ${error.message}`)));
      socket.once('close', () => reject(closed(`${name.host} closed the connection`)));
    }).catch((thrown: unknown) => {
      socket.destroy();
      throw thrown;
    });
    // From here on whoever has it listens; until then an error must not end the process.
    socket.on('error', () => {});
    socket.setNoDelay(true);
    return socket;
  }

  /** One HTTPS exchange. Redirects are answers like others. Throws where no answer comes. */
  async fetch(url: string, call: Call = {}): Promise<Answer> {
    const { hostname, port, pathname, search } = new URL(url);
    const name = { host: hostname, port: port === '' ? 443 : Number(port) };
    return this.send(name, `${pathname}${search}`, call);
  }

  /** As `fetch`, with the request's target as it stands. */
  async send(name: Address, target: string, call: Call = {}): Promise<Answer> {
    const { host, port } = this.at(name);
    const body = Buffer.from(call.body ?? '');
    const options: RequestOptions = {
      host,
      port,
      servername: name.host,
      ca: this.#ca,
      agent: false,
      method: call.method ?? 'GET',
      path: target,
      headers: {
        Host: name.port === 443 ? name.host : `${name.host}:${name.port}`,
        ...call.headers,
        ...(call.method === 'POST' ? { 'Content-Length': String(body.length) } : {}),
      },
      ...(call.tls === undefined ? {} : { minVersion: call.tls, maxVersion: call.tls }),
      // Old versions are offered only to see that they are refused.
      ...(call.tls === 'TLSv1.1' ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {}),
    };
    return exchange(name.host, this.#keep(request(options)), body, call.limit ?? MOST_BODY);
  }
}

function exchange(
  host: string,
  asked: ClientRequest,
  body: Buffer,
  limit: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    asked.once('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      const socket = response.socket as { getProtocol?: () => string | null };
      const tlsVersion = socket.getProtocol?.() ?? '';
      const end = (whole: boolean): void => {
        clearTimeout(timer);
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(parts), whole, tlsVersion });
      };
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size <= limit) parts.push(part);
        else asked.destroy(failed(`${host}: the answer is too long`));
      });
      response.on('end', () => end(response.complete));
      response.on('error', () => (size <= limit ? end(false) : undefined));
    });
    const timer = setTimeout(() => asked.destroy(timedOut(`${host} does not answer`)), ANSWER_MS);
    timer.unref();
    asked.on('error', (error) => {
      clearTimeout(timer);
      reject('code' in error && typeof error.code === 'number' ? error : closed(`${host}: ${error.message}`));
    });
    asked.end(body);
  });
}
