// The world: a chat server made of the same handshake's other end, in order and with faults; a client that
// connects to it through a pipe.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteStream } from '../../src/partner/byte_stream.ts';
import { ChatConnection, type Ending } from '../../src/partner/chat_connection.ts';
import { newKeyPair, newSigningKeyPair, sign } from '../../src/signal/curve.ts';
import {
  CERTIFICATE_CHAIN,
  CERTIFICATE_DETAILS,
  CLIENT_PAYLOAD,
  HANDSHAKE,
} from '../../src/wire/chat_messages.ts';
import { CHAT_HEADER, FrameReader, frame } from '../../src/wire/frames.ts';
import { NoiseHandshake, type Split } from '../../src/wire/noise.ts';
import { attribute, node, type Node } from '../../src/wire/node.ts';
import { packStanza, unpackStanza } from '../../src/wire/node_codec.ts';
import { bytesOf, decode, encode, messageOf } from '../../src/wire/protobuf.ts';

const NOW = 1_772_442_000;
const root = newSigningKeyPair();
const middle = newSigningKeyPair();

class Server {
  readonly stanzas: Node[] = [];
  payload: Buffer = Buffer.alloc(0);
  readonly stream: ByteStream;
  readonly #key = newKeyPair();
  readonly #frames = new FrameReader();
  readonly #noise = new NoiseHandshake({
    pattern: 'XX', initiator: false, prologue: CHAT_HEADER, staticKey: this.#key,
  });
  #split: Split | undefined;
  #opened = false;
  #toClient: (bytes: Buffer) => void = () => {};
  hangUp: () => void = () => {};
  onStanza: (stanza: Node) => void = () => {};

  constructor() {
    this.stream = {
      write: (bytes, done) => {
        queueMicrotask(() => this.#take(bytes));
        done?.();
      },
      listen: (onBytes, onEnd) => {
        this.#toClient = onBytes;
        this.hangUp = onEnd;
      },
      close: () => {},
    };
  }

  send(stanza: Node): void {
    if (this.#split === undefined) throw new Error('no handshake yet');
    this.sendBytes(frame(this.#split.send.seal(packStanza(stanza))));
  }

  sendBytes(bytes: Buffer): void {
    this.#toClient(bytes);
  }

  #take(bytes: Buffer): void {
    const rest = this.#opened ? bytes : bytes.subarray(CHAT_HEADER.length);
    if (!this.#opened) assert.deepEqual(bytes.subarray(0, CHAT_HEADER.length), CHAT_HEADER);
    this.#opened = true;
    for (const body of this.#frames.push(rest)) this.#frame(body);
  }

  #frame(body: Buffer): void {
    if (this.#split !== undefined) {
      const stanza = unpackStanza(this.#split.receive.open(body));
      this.stanzas.push(stanza);
      return this.onStanza(stanza);
    }
    const message = decode(HANDSHAKE, body);
    const hello = messageOf(message, 'clientHello');
    if (hello !== undefined) {
      this.#noise.read(bytesOf(hello, 'ephemeral'));
      const [ephemeral, key, payload] = this.#noise.write(this.#chain());
      const answer = { serverHello: { ephemeral, static: key, payload } };
      return this.sendBytes(frame(encode(HANDSHAKE, answer)));
    }
    const finish = messageOf(message, 'clientFinish');
    const parts = [bytesOf(finish, 'static'), bytesOf(finish, 'payload')];
    this.payload = this.#noise.read(Buffer.concat(parts));
    this.#split = this.#noise.split();
    this.onStanza(node('login'));
  }

  #chain(): Buffer {
    const times = { notBefore: NOW - 1, notAfter: NOW + 1 };
    const first = { serial: 7, issuerSerial: 0, key: middle.publicKey, ...times };
    const second = { serial: 8, issuerSerial: 7, key: this.#key.publicKey, ...times };
    const [intermediate, leaf] = [first, second].map((one) => encode(CERTIFICATE_DETAILS, one));
    assert.ok(intermediate && leaf);
    return encode(CERTIFICATE_CHAIN, {
      leaf: { details: leaf, signature: sign(middle, leaf) },
      intermediate: { details: intermediate, signature: sign(root, intermediate) },
    });
  }
}

interface Rig {
  server: Server;
  connection: ChatConnection;
  seen: Node[];
  endings: Ending[];
}

function rig(answer: Node = node('success', { t: '1' }), trusted = root.publicKey): Rig {
  const server = new Server();
  const seen: Node[] = [];
  const endings: Ending[] = [];
  server.onStanza = () => {
    server.onStanza = () => {};
    server.send(answer);
  };
  const config = {
    staticKey: newKeyPair(),
    payload: () => encode(CLIENT_PAYLOAD, { product: 2 }),
    root: trusted,
    now: () => NOW,
  };
  const connection = new ChatConnection(server.stream, config, 'bob-1', {
    onStanza: (stanza) => void seen.push(stanza),
    onEnd: (ending) => void endings.push(ending),
  });
  return { server, connection, seen, endings };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a login is accepted, requests are answered, stanzas come in order', async () => {
  const { server, connection, seen } = rig();
  assert.equal((await connection.login()).accepted, true);
  assert.deepEqual(server.payload, encode(CLIENT_PAYLOAD, { product: 2 }));
  server.onStanza = (stanza) =>
    server.send(node('iq', { id: attribute(stanza, 'id'), type: 'result', from: 's.whatsapp.net' }));
  const answer = await connection.request({ type: 'get', xmlns: 'w:p' }, [node('ping')]);
  assert.equal(attribute(answer, 'id'), 'bob-1-1');
  server.send(node('ib', {}, [node('offline', { count: '3' })]));
  assert.equal(await connection.offlineCount(), 3);
  for (const id of ['1', '2', '3']) server.send(node('message', { id }));
  await settled();
  assert.deepEqual(seen.map(({ tag }) => tag), ['ib', 'message', 'message', 'message']);
});

test('the server\'s ping is answered', async () => {
  const { server, connection } = rig();
  await connection.login();
  server.send(node('iq', { id: 'p', type: 'get', xmlns: 'urn:xmpp:ping', from: 's.whatsapp.net' }));
  await settled();
  assert.deepEqual(server.stanzas.at(-1), node('iq', { id: 'p', type: 'result', to: 's.whatsapp.net' }));
});

test('a refusal is told with its code and its terms', async () => {
  const detail = node('detail', { code: 'suspended', cause: 'spam', until: '99' });
  const { connection, endings } = rig(node('failure', { reason: '403' }, [detail]));
  assert.deepEqual(await connection.login(), {
    accepted: false,
    code: 403,
    reason: 'suspended',
    terms: { cause: 'spam', until: 99 },
  });
  assert.ok(connection.ended);
  assert.deepEqual(endings, []);
});

test('a server that nobody vouches for gets no login', async () => {
  const { server, connection } = rig(undefined, newSigningKeyPair().publicKey);
  await assert.rejects(connection.login(), { code: -32005, message: /signature does not hold/ });
  assert.equal(server.payload.length, 0);
});

test('an error is thrown with what the server says', async () => {
  const { server, connection } = rig();
  await connection.login();
  server.onStanza = ({ attributes: { id } }) =>
    server.send(node('iq', { id, type: 'error' }, [node('error', { code: '404', text: 'none' })]));
  await assert.rejects(connection.request({ type: 'get', xmlns: 'x' }), { code: -32002, message: '404 none' });
});

test('every ending has its reason', async () => {
  const ends: [(server: Server) => void, Ending][] = [
    [(server) => server.sendBytes(frame(Buffer.alloc(40, 1))), { reason: 'protocol-error', detail: 'a sealed text does not fit its tag' }],
    [(server) => server.sendBytes(frame(Buffer.alloc(0))), { reason: 'protocol-error', detail: 'a sealed text is shorter than its tag' }],
    [(server) => server.send(node('stream:error', { code: '503' })), { reason: 'stream-error', detail: '503' }],
    [(server) => server.send(node('stream:error', {}, [node('conflict', { type: 'replaced' })])), { reason: 'replaced', detail: '' }],
    [(server) => server.send(node('xmlstreamend')), { reason: 'closed', detail: 'the server ended the stream' }],
    [(server) => server.hangUp(), { reason: 'closed', detail: 'the server closed the connection' }],
  ];
  for (const [act, ending] of ends) {
    const { server, connection, endings } = rig();
    await connection.login();
    act(server);
    assert.deepEqual(endings, [ending]);
    assert.throws(() => connection.send(node('a')), { code: -32004 });
  }
});

test('who disconnects says so', async () => {
  const { server, connection, endings } = rig();
  await connection.login();
  await connection.disconnect();
  await settled();
  assert.equal(server.stanzas.at(-1)?.tag, 'xmlstreamend');
  assert.deepEqual(endings, [{ reason: 'requested', detail: '' }]);
});
