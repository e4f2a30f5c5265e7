// The partner's HTTPS servers: HTTP/1.1 and HTTP/2 on one port, requests read with limits.
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly remote: string;
}

export interface Response {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer;
  /** Where the connection ends, as if it had been cut. */
  readonly cutAfter?: number;
}

export type Handler = (request: Request) => Promise<Response>;

export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface Front {
  /** "127.0.0.1:41002" */
  readonly address: string;
  close(): void;
}

async function readBody(request: Http2ServerRequest, limit: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function respond(to: Http2ServerResponse, { status, headers, body, cutAfter }: Response): void {
  const whole = body ?? Buffer.alloc(0);
  to.writeHead(status, { ...headers, 'content-length': String(whole.length) });
  if (cutAfter === undefined) to.end(whole);
  else to.write(whole.subarray(0, cutAfter), () => to.stream?.destroy() ?? to.socket?.destroy());
}

async function serve(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  handler: Handler,
  limit: number,
): Promise<void> {
  const body = await readBody(request, limit);
  if (body === undefined) return respond(response, { status: 413 });
  const answer = await handler({
    method: request.method,
    target: request.url,
    headers: request.headers,
    body,
    remote: request.socket.remoteAddress ?? '',
  });
  respond(response, answer);
}

/** Listens on a port of the loopback: on any that is free, unless one is wanted. */
export async function listen(identity: Identity, handler: Handler, limit: number, port = 0): Promise<Front> {
  const server = createSecureServer({
    cert: identity.certificate,
    key: identity.key,
    allowHTTP1: true,
    minVersion: 'TLSv1.2',
  });
  const sockets = new Set<{ destroy(): void }>();
  // Also those that have yet to say hello.
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('secureConnection', (socket) => void socket.on('error', () => {}));
  server.on('sessionError', () => {});
  server.on('tlsClientError', () => {}); // an old version, or somebody who hung up
  server.on('request', (request, response) => {
    serve(request, response, handler, limit).catch(() => {
      if (!response.headersSent) respond(response, { status: 500 });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { address, port: bound } = server.address() as AddressInfo;
  return {
    address: `${address}:${bound}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
