// The world: peers that encode as the shared vectors do, ones that choose other legal forms, and ones that
// send damaged bytes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { parseJid } from '../../src/wire/jid.ts';
import { node, type Node } from '../../src/wire/node.ts';
import { decodeNode, encodeNode, packStanza, unpackStanza } from '../../src/wire/node_codec.ts';
import { DOUBLE_TOKENS, SINGLE_TOKENS } from '../../src/wire/tokens.ts';
import { hex, testdata } from '../testdata.ts';

const vectors = testdata<Record<string, string>>('testdata/nodes.json');

const known: Record<string, Node> = {
  'prekey-count': node('iq', { to: '@s.whatsapp.net', type: 'get', xmlns: 'encrypt', id: '1.2-3' }, [
    node('count'),
  ]),
  success: node('success', { t: '1700000000', props: '1', lid: '800000000000001:5@lid' }),
  message: node(
    'message',
    { from: '33611111111:2@s.whatsapp.net', id: '3EB0ABCDEF', type: 'text', t: '1700000000', notify: 'Zoë' },
    [node('enc', { v: '2', type: 'pkmsg' }, Buffer.alloc(300, 7))],
  ),
  receipt: node('receipt', {
    id: 'X',
    from: '120363000000000001@g.us',
    participant: '900000000000001@lid',
    type: 'read',
  }),
};

test('the token table is the dictionary of version 3', () => {
  const all = [...SINGLE_TOKENS, ...DOUBLE_TOKENS.flat()].join('\n');
  assert.equal(
    createHash('sha256').update(all).digest('hex'),
    'cfe8fcd3ef24f232ec7df9824e1baa277f6a736543efc0e5f48aa46abb0f8cd0',
  );
});

test('known stanzas both ways', () => {
  for (const [name, stanza] of Object.entries(known)) {
    assert.equal(packStanza(stanza).toString('hex'), vectors[name], name);
    assert.deepEqual(unpackStanza(hex(vectors[name] ?? '')), stanza, name);
  }
});

test('an interop address is read in both forms, and written in its own', () => {
  const own = 'f803fc016106f5ff88105012705411308f0000000cfc07696e7465726f70';
  const stanza = node('a', { from: '12-105012705411308@interop' });
  assert.equal(encodeNode(stanza).toString('hex'), own);
  assert.deepEqual(decodeNode(hex(own)), stanza);
  const ack = node('ack', { class: 'message', id: '3EB0', from: '12-105012705411308@interop' });
  assert.deepEqual(unpackStanza(hex(vectors['ack'] ?? '')), ack);
});

test('every form of an address', () => {
  const forms: [string, string][] = [
    ['fa0003', '@s.whatsapp.net'],
    ['faff02123403', '1234@s.whatsapp.net'],
    ['f70005ff021234', '1234:5@s.whatsapp.net'],
    ['f70105ff021234', '1234:5@lid'],
    ['f78005ff021234', '1234:5@hosted'],
    ['f6ff0212340102fc046d736772', '1234:258@msgr'],
    ['f5ff02123400000001fc07696e7465726f70', '1-1234@interop'],
  ];
  for (const [bytes, from] of forms) {
    const stanza = node('receipt', { from });
    assert.deepEqual(decodeNode(hex(`f8030706${bytes}`)), stanza, from);
    assert.deepEqual(decodeNode(encodeNode(stanza)), stanza, from);
  }
});

test('what is no address stays a text', () => {
  for (const value of ['bob@birdy.test', '1-@interop', 'x@interop', ':5@lid', '70000-1@interop']) {
    assert.equal(parseJid(value), undefined, value);
    assert.deepEqual(decodeNode(encodeNode(node('a', { v: value }))), node('a', { v: value }));
  }
});

test('contents of every size come back', () => {
  for (const size of [0, 255, 256, (1 << 20) - 1, 1 << 20]) {
    const stanza = node('enc', {}, Buffer.alloc(size, 5));
    assert.deepEqual(decodeNode(encodeNode(stanza)), stanza);
  }
  const many = node('list', {}, Array.from({ length: 300 }, () => node('item')));
  assert.deepEqual(decodeNode(encodeNode(many)), many);
});

test('a compressed stanza is read', () => {
  const whole = encodeNode(known['message'] ?? node('a'));
  const packed = Buffer.concat([Buffer.from([2]), deflateSync(whole)]);
  assert.deepEqual(unpackStanza(packed), known['message']);
});

test('damaged bytes are refused', () => {
  const damaged = [
    '', '00', '01f80107', '00f801', '00f80107ff', '00f80207ff', '0000', '00f805fc016106070607',
    '00f80107f801', '00f8010f00', '02ffff', '00f80307fb02fc', '00f80307ff81', '00f80107fc05616263',
  ];
  for (const bytes of damaged) {
    assert.throws(() => unpackStanza(hex(bytes)), { name: 'WireError' }, bytes);
  }
  let deep = node('a');
  for (let i = 0; i < 100; i += 1) deep = node('a', {}, [deep]);
  assert.throws(() => decodeNode(encodeNode(deep)), /too deeply/);
});
