// The world: Parley listens for drivers of others, and takes those with the token of the run. It is
// played here on node's bare sockets, for node has no WebSocket server.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { dialIn, dialOptions } from '../../src/driver/dial.ts';
import type { JsonObject } from '../../src/driver/json.ts';
import type { DriverPlan } from '../../src/driver/run_driver.ts';
import { startParams } from './harness.ts';

const plan: DriverPlan = {
  name: 'a driver',
  version: '1',
  implementation: { name: 'a product', version: '1' },
  addressing: ['interop'],
  sessions: 'many',
  seats: {
    'partner-client': {
      start: (session) => session.start.actor.id,
      operations: { who: (id: string) => ({ id }) },
    },
  },
};

/** One connection, as Parley sees it. */
class Line {
  readonly #socket: Socket;
  readonly #seen: JsonObject[] = [];
  #rest = Buffer.alloc(0);
  #waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  say(id: number, method: string, params: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    const head = body.length < 126 ? [0x81, body.length] : [0x81, 126, body.length >> 8, body.length & 255];
    this.#socket.write(Buffer.concat([Buffer.from(head), body]));
  }

  async next(): Promise<JsonObject> {
    while (this.#seen.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#seen.shift()!;
  }

  end(): void {
    this.#socket.end(Buffer.from([0x88, 0]));
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (;;) {
      if (this.#rest.length < 2) return;
      const short = this.#rest[1]! & 0x7f;
      const begin = (short === 126 ? 4 : 2) + 4;
      const size = short === 126 ? this.#rest.readUInt16BE(2) : short;
      if (this.#rest.length < begin + size) return;
      const mask = this.#rest.subarray(begin - 4, begin);
      const body = Buffer.from(this.#rest.subarray(begin, begin + size).map((byte, i) => byte ^ mask[i % 4]!));
      if ((this.#rest[0]! & 0x0f) === 1) this.#seen.push(JSON.parse(body.toString()));
      this.#rest = this.#rest.subarray(begin + size);
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }
}

class Parley {
  readonly lines: Line[] = [];
  readonly server: Server = createServer();
  #waiting: (() => void)[] = [];

  async open(): Promise<string> {
    this.server.on('upgrade', (request, socket: Socket) => {
      if (request.headers.authorization !== 'Bearer the-token') {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
        return;
      }
      const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash('sha1').update(key).digest('base64');
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      this.lines.push(new Line(socket));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async line(number: number): Promise<Line> {
    while (this.lines.length <= number) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.lines[number]!;
  }
}

const quiet = () => new PassThrough().resume();

test('it dials in, and again for every actor who is needed at the same time', async () => {
  const parley = new Parley();
  const url = await parley.open();
  const gone = dialIn(plan, { url, token: 'the-token' }, quiet());
  for (const number of [0, 1]) {
    const line = await parley.line(number);
    assert.equal((await line.next())['method'], 'hello');
    const actor = { id: `actor-${number}`, kind: 'partner-user', of: 'birdy' };
    line.say(1, 'start', startParams('partner-client', { actor }));
    assert.deepEqual((await line.next())['result'], {});
  }
  assert.equal((await (await parley.line(2)).next())['method'], 'hello');
  for (const number of [0, 1]) {
    const line = await parley.line(number);
    line.say(2, 'perform', { operation: 'who', arguments: {} });
    assert.deepEqual((await line.next())['result'], { id: `actor-${number}` });
    line.say(3, 'stop', {});
    assert.deepEqual((await line.next())['result'], {});
  }
  // The same connection takes another session.
  const line = await parley.line(0);
  line.say(4, 'start', startParams('partner-client'));
  assert.deepEqual((await line.next())['result'], {});
  parley.server.close();
  for (const one of parley.lines) one.end();
  await gone;
});

test('a token that is none is no driver', async () => {
  const parley = new Parley();
  const url = await parley.open();
  await assert.rejects(dialIn(plan, { url, token: 'another' }, quiet()), /the token is another one/);
  parley.server.close();
});

test('the command line says where to dial, and the environment the token', () => {
  assert.equal(dialOptions([], {}), undefined);
  const words = ['--dial', 'ws://127.0.0.1:9/'];
  assert.deepEqual(dialOptions(words, { PARLEY_TOKEN: 'x' }), { url: 'ws://127.0.0.1:9/', token: 'x' });
  assert.throws(() => dialOptions(words, {}), /PARLEY_TOKEN/);
  assert.throws(() => dialOptions(['--dial'], { PARLEY_TOKEN: 'x' }), /needs a URL/);
});
