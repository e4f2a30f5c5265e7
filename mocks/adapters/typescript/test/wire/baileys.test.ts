// The world: Baileys, as npm has it, at the other end of the stanza codec.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBinaryNode, encodeBinaryNode, type BinaryNode } from 'baileys';
import { node, type Node } from '../../src/wire/node.ts';
import { packStanza, unpackStanza } from '../../src/wire/node_codec.ts';

/** As Baileys has stanzas. */
function theirs({ tag, attributes, children, content }: Node): BinaryNode {
  if (content === undefined && children.length === 0) return { tag, attrs: { ...attributes } };
  return { tag, attrs: { ...attributes }, content: content ?? children.map(theirs) };
}

const stanzas: Node[] = [
  node('iq', { id: '1.2-3', to: 's.whatsapp.net', type: 'get', xmlns: 'encrypt' }, [node('count')]),
  node('message', { id: '3EB0ABCDEF', to: '33612345678@s.whatsapp.net', type: 'text' }, [
    node('enc', { v: '2', type: 'pkmsg' }, Buffer.alloc(300, 7)),
  ]),
  node('receipt', { id: 'X', to: '900000000000001:5@lid', type: 'read', t: '1700000000' }, [
    node('list', {}, Array.from({ length: 300 }, (_, i) => node('item', { id: `ID${i}` }))),
  ]),
  node('notification', { from: '33612345678:2@s.whatsapp.net', text: 'Zoë and "others"' }),
];

test('Baileys reads what we write', async () => {
  for (const stanza of stanzas) {
    // Where a stanza is empty, Baileys has a member that is undefined.
    const read = JSON.parse(JSON.stringify(await decodeBinaryNode(packStanza(stanza))));
    assert.deepEqual(read, JSON.parse(JSON.stringify(theirs(stanza))), stanza.tag);
  }
});

test('we read what Baileys writes', () => {
  for (const stanza of stanzas) {
    assert.deepEqual(unpackStanza(encodeBinaryNode(theirs(stanza))), stanza, stanza.tag);
  }
});
