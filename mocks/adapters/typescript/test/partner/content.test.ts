// The world: senders whose messages are in order, and ones who write what no client can show; files as the
// shared vectors have them, and damaged ones.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptFile, encryptFile } from '../../src/partner/media_encryption.ts';
import {
  decodeContent,
  encodeContent,
  pad,
  unpad,
  type Content,
  type MediaContent,
  type MediaKind,
} from '../../src/partner/message_content.ts';
import { bytesField, numberField } from '../../src/wire/protobuf.ts';
import { hex, testdata } from '../testdata.ts';

const quote = { id: 'Q', participant: '1@s.whatsapp.net', text: 'what?' };

function media(kind: MediaKind): MediaContent {
  return {
    kind,
    mime: 'image/jpeg',
    name: kind === 'file' ? 'notes.txt' : '',
    caption: kind === 'voice' ? '' : 'a view',
    key: Buffer.alloc(32, 1),
    fileSha256: Buffer.alloc(32, 2),
    encryptedSha256: Buffer.alloc(32, 3),
    size: 70_000,
    directPath: '/v/t1?x=1',
    keyTime: 1_772_442_000,
    sidecar: kind === 'video' || kind === 'voice' ? Buffer.alloc(20, 4) : Buffer.alloc(0),
    quote,
  };
}

test('every content comes back as it was written', () => {
  const contents: Content[] = [
    { kind: 'text', text: 'Zoë 🙂', quote: undefined },
    { kind: 'text', text: 'a reply', quote },
    media('image'),
    media('video'),
    media('voice'),
    media('file'),
    { kind: 'reaction', id: 'X', chat: '1@s.whatsapp.net', fromMe: true, emoji: '', timestampMs: 5 },
  ];
  for (const content of contents) {
    assert.deepEqual(decodeContent(encodeContent(content)).content, content, content.kind);
  }
});

test('a commitment key accompanies a content', () => {
  const secret = Buffer.alloc(32, 9);
  const opened = decodeContent(encodeContent({ kind: 'text', text: 'a' }, secret));
  assert.deepEqual(opened.secret, secret);
  assert.equal(opened.content.kind, 'text');
});

test('what is not understood is unsupported, with its fields', () => {
  const text = bytesField(1, Buffer.from('a'));
  assert.deepEqual(decodeContent(Buffer.concat([text, bytesField(900, Buffer.from('new'))])).content, {
    kind: 'text',
    text: 'a',
    quote: undefined,
  });
  for (const number of [26, 49, 900]) {
    const { content } = decodeContent(bytesField(number, Buffer.alloc(0)));
    assert.deepEqual(content, { kind: 'unsupported', fields: [number] });
  }
  assert.equal(decodeContent(bytesField(40, bytesField(1, text))).content.kind, 'text');
});

test('a message that nobody can show is refused', () => {
  const text = (words: string) => bytesField(1, Buffer.from(words));
  let deep = text('a');
  for (let i = 0; i < 33; i += 1) deep = bytesField(40, bytesField(1, deep));
  const bad: [string, Buffer, RegExp][] = [
    ['not protobuf', Buffer.alloc(64, 0xff), /./],
    ['truncated', text('abc').subarray(0, -1), /cut off/],
    ['bad text', bytesField(1, Buffer.from([0xff])), /UTF-8/],
    ['two contents', Buffer.concat([text('a'), bytesField(6, text('a'))]), /two contents/],
    ['empty', Buffer.alloc(0), /no content/],
    ['short digest', bytesField(3, Buffer.concat([bytesField(2, Buffer.from('image/jpeg')), bytesField(11, Buffer.from('/v/t1')), numberField(5, 3), bytesField(8, Buffer.alloc(31))])), /not 32 bytes/],
    ['too deep', deep, /too deeply/],
    ['too large', text('a'.repeat(512 * 1024)), /512 KiB/],
  ];
  for (const [what, bytes, why] of bad) assert.throws(() => decodeContent(bytes), why, what);
});

test('padding is taken off, and refused where it is none', () => {
  const plain = Buffer.from('abc');
  for (let count = 1; count <= 16; count += 1) assert.deepEqual(unpad(pad(plain, count)), plain);
  assert.ok(pad(plain).length > plain.length);
  for (const bad of ['', '00', '11', '0302', '020202020102']) {
    assert.throws(() => unpad(hex(bad)), { name: 'WireError' }, bad);
  }
});

interface MediaVector {
  kind: 'image' | 'video' | 'audio' | 'document';
  size: number;
  salt: number;
  key: string;
  file_sha256: string;
  encrypted_sha256: string;
  sidecar: string;
}

/** As the vectors' file says. */
const byteAt = (j: number, salt: number): number => (j * j + 7 * j + salt) % 251;

const KINDS = { image: 'image', video: 'video', audio: 'voice', document: 'file' } as const;

test('files as the shared vectors have them, and damaged ones', () => {
  const { plain, vectors } = testdata<{ plain: string; vectors: MediaVector[] }>('testdata/media_vectors.json');
  assert.match(plain, /byte j/);
  for (const vector of vectors) {
    const file = Buffer.from(Array.from({ length: vector.size }, (_, j) => byteAt(j, vector.salt)));
    const kind = KINDS[vector.kind];
    const encrypted = encryptFile(kind, hex(vector.key), file);
    const name = `${vector.kind} ${vector.size}`;
    assert.equal(encrypted.fileSha256.toString('hex'), vector.file_sha256, name);
    assert.equal(encrypted.encryptedSha256.toString('hex'), vector.encrypted_sha256, name);
    assert.equal(encrypted.sidecar.toString('hex'), vector.sidecar, name);
    const expected = { ...encrypted, size: file.length };
    assert.deepEqual(decryptFile(kind, hex(vector.key), encrypted.file, expected), file);
  }
});

test('each fault of a file is named', () => {
  const key = Buffer.alloc(32, 1);
  const plain = Buffer.from('a file');
  const good = encryptFile('image', key, plain);
  const expected = { ...good, size: plain.length };
  const other = Buffer.alloc(32);
  const broken = Buffer.from(good.file);
  broken[0] = (broken[0] ?? 0) ^ 1;
  const again = { ...expected, encryptedSha256: encryptFile('image', other, plain).encryptedSha256 };
  const faults: [() => Buffer, string][] = [
    [() => decryptFile('image', key, good.file.subarray(0, 10), expected), 'too-short'],
    [() => decryptFile('image', key, broken, expected), 'encrypted-digest'],
    [() => decryptFile('image', key, good.file, again), 'encrypted-digest'],
    [() => decryptFile('image', other, good.file, expected), 'mac'],
    [() => decryptFile('image', key, good.file, { ...expected, fileSha256: other }), 'plain-digest'],
    [() => decryptFile('image', key, good.file, { ...expected, size: 1 }), 'plain-length'],
  ];
  for (const [act, finding] of faults) assert.throws(act, { message: finding });
});
