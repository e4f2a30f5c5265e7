// The world: both ends of published handshakes, the chat protocol's own transcript, and servers whose
// certificates are wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyPairOf, newKeyPair, newSigningKeyPair, sign } from '../../src/signal/curve.ts';
import { checkChain } from '../../src/wire/certificate_chain.ts';
import { CERTIFICATE_CHAIN, CERTIFICATE_DETAILS } from '../../src/wire/chat_messages.ts';
import { CHAT_HEADER, FrameReader, frame } from '../../src/wire/frames.ts';
import { NoiseHandshake, type NoiseConfig } from '../../src/wire/noise.ts';
import { encode } from '../../src/wire/protobuf.ts';
import { hex, testdata } from '../testdata.ts';

interface Vector {
  source: string;
  protocol_name: string;
  init_prologue: string;
  init_static: string;
  init_ephemeral: string;
  init_remote_static?: string;
  resp_static: string;
  resp_ephemeral: string;
  messages: { payload: string; ciphertext: string }[];
}

const { vectors } = testdata<{ vectors: Vector[] }>('testdata/noise_published.json');

function ends(vector: Vector): [NoiseHandshake, NoiseHandshake] {
  const pattern = vector.protocol_name.split('_')[1] as NoiseConfig['pattern'];
  const base = { pattern, prologue: hex(vector.init_prologue), mixEmptyPayload: true };
  const ephemeral = keyPairOf(hex(vector.init_ephemeral));
  const initiator = new NoiseHandshake({
    ...base,
    initiator: true,
    staticKey: keyPairOf(hex(vector.init_static)),
    ephemeralKey: ephemeral,
    ...(vector.init_remote_static ? { peerStatic: hex(vector.init_remote_static) } : {}),
  });
  const responder = new NoiseHandshake({
    ...base,
    initiator: false,
    staticKey: keyPairOf(hex(vector.resp_static)),
    ephemeralKey: keyPairOf(hex(vector.resp_ephemeral)),
    ...(pattern === 'XXfallback' ? { peerEphemeral: ephemeral.publicKey } : {}),
  });
  return [initiator, responder];
}

test('published handshakes, byte for byte', () => {
  assert.equal(vectors.length, 5);
  for (const vector of vectors) {
    const [initiator, responder] = ends(vector);
    const fallback = vector.protocol_name.includes('fallback');
    const steps = vector.protocol_name.includes('IK') ? 2 : fallback ? 2 : 3;
    vector.messages.slice(0, steps).forEach((message, i) => {
      const first = (i % 2 === 0) !== fallback;
      const [writer, reader] = first ? [initiator, responder] : [responder, initiator];
      const written = Buffer.concat(writer.write(hex(message.payload)));
      assert.equal(written.toString('hex'), message.ciphertext, `${vector.source} ${i}`);
      assert.deepEqual(reader.read(written), hex(message.payload));
    });
    assert.deepEqual(initiator.hash, responder.hash);
    const text = Buffer.from('there');
    const [a, b] = [initiator.split(), responder.split()];
    assert.deepEqual(b.receive.open(a.send.seal(text)), text);
    assert.deepEqual(a.receive.open(b.send.seal(text)), text);
  }
});

interface Transcript {
  keys: Record<string, string>;
  cert_plain: string;
  payload_plain: string;
  enc_server_static: string;
  enc_cert: string;
  enc_client_static: string;
  enc_payload: string;
  first_transport_frame_c2s: { plaintext: string; ciphertext: string };
}

test("the chat protocol's own handshake", () => {
  const known = testdata<Transcript>('testdata/chat_handshake.json');
  const key = (name: string) => keyPairOf(hex(known.keys[`${name}_priv`] ?? ''));
  const client = new NoiseHandshake({
    pattern: 'XX',
    initiator: true,
    prologue: CHAT_HEADER,
    staticKey: key('client_static'),
    ephemeralKey: key('client_ephemeral'),
  });
  assert.deepEqual(client.write(Buffer.alloc(0))[0], key('client_ephemeral').publicKey);
  const hello = [key('server_ephemeral').publicKey, hex(known.enc_server_static), hex(known.enc_cert)];
  assert.deepEqual(client.read(Buffer.concat(hello)), hex(known.cert_plain));
  assert.deepEqual(client.peerStatic, key('server_static').publicKey);
  const finish = client.write(hex(known.payload_plain));
  assert.deepEqual(finish, [hex(known.enc_client_static), hex(known.enc_payload)]);
  const first = known.first_transport_frame_c2s;
  assert.equal(client.split().send.seal(hex(first.plaintext)).toString('hex'), first.ciphertext);
});

test('a changed handshake message is refused', () => {
  const vector = vectors[0];
  assert.ok(vector);
  const [initiator, responder] = ends(vector);
  responder.read(Buffer.concat(initiator.write(Buffer.alloc(0))));
  const answer = Buffer.concat(responder.write(Buffer.from('x')));
  answer[40] = (answer[40] ?? 0) ^ 1;
  assert.throws(() => initiator.read(answer), { name: 'WireError' });
});

test('a frame that comes again is refused', () => {
  const { send } = new NoiseHandshake({ pattern: 'XX', initiator: true, prologue: CHAT_HEADER, staticKey: newKeyPair() }).split();
  assert.notDeepEqual(send.seal(Buffer.from('a')), send.seal(Buffer.from('a')));
});

const NOW = 1_772_442_000;
const root = newSigningKeyPair();
const middle = newSigningKeyPair();
const server = newKeyPair();

function chain(more: { intermediate?: object; leaf?: object; signer?: typeof root } = {}): Buffer {
  const times = { notBefore: NOW - 100, notAfter: NOW + 100 };
  const intermediate = encode(CERTIFICATE_DETAILS, {
    serial: 7, issuerSerial: 0, key: middle.publicKey, ...times, ...more.intermediate,
  });
  const leaf = encode(CERTIFICATE_DETAILS, {
    serial: 8, issuerSerial: 7, key: server.publicKey, ...times, ...more.leaf,
  });
  return encode(CERTIFICATE_CHAIN, {
    leaf: { details: leaf, signature: sign(more.signer ?? middle, leaf) },
    intermediate: { details: intermediate, signature: sign(root, intermediate) },
  });
}

test('a chain that is in order is accepted, and every fault is named', () => {
  const expected = { root: root.publicKey, serverKey: server.publicKey, now: NOW };
  checkChain(chain(), expected);
  const faults: [Buffer, RegExp][] = [
    [chain({ leaf: { notAfter: NOW - 1 } }), /expired/],
    [chain({ intermediate: { notBefore: NOW + 1 } }), /not valid yet/],
    [chain({ leaf: { key: root.publicKey } }), /for another key/],
    [chain({ leaf: { issuerSerial: 6 } }), /another issuer/],
    [chain({ intermediate: { issuerSerial: 1 } }), /another root/],
    [chain({ signer: root }), /leaf certificate's signature/],
    [Buffer.alloc(0), /intermediate certificate's signature/],
  ];
  for (const [bytes, why] of faults) assert.throws(() => checkChain(bytes, expected), why);
  const other = { ...expected, root: newSigningKeyPair().publicKey };
  assert.throws(() => checkChain(chain(), other), /intermediate certificate's signature/);
});

test('frames come in any pieces', () => {
  const reader = new FrameReader(5);
  const bytes = Buffer.concat([frame(Buffer.from('ab')), frame(Buffer.alloc(0)), frame(Buffer.from('c'))]);
  const seen: string[] = [];
  for (const byte of bytes) seen.push(...reader.push(Buffer.from([byte])).map(String));
  assert.deepEqual(seen, ['ab', '', 'c']);
  assert.throws(() => reader.push(frame(Buffer.alloc(6))), { name: 'WireError' });
});
