// A cast of one WhatsApp user and two partner users, of whom the gatekeeper knows one; the test answers
// the lookups in its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Contacts } from './contacts.mjs';
import { boom } from './test_world.mjs';

const cast = [
  { id: 'birdy', kind: 'partner', settings: {} },
  { id: 'carol', kind: 'whatsapp-user', settings: { number: '33612345679' } },
  { id: 'dave', kind: 'partner-user', of: 'birdy', settings: { identifier: 'dave@birdy.test', integrator: 1 } },
  { id: 'bob', kind: 'partner-user', of: 'birdy', settings: { identifier: 'bob@birdy.test', integrator: 1 } },
];
const BOB = '499900000001@s.whatsapp.net';

function world(answer) {
  const asked = [];
  const bobOnly = ({ attrs }) => {
    if (attrs.identifier !== 'bob@birdy.test') throw boom('item-not-found', 500, 404);
    return { tag: 'iq', attrs: {}, content: [{ tag: 'contact', attrs: { ...attrs, jid: BOB } }] };
  };
  const query = async ({ attrs, content: [contact] }) => {
    asked.push([attrs.xmlns, contact.attrs.integrator, contact.attrs.identifier]);
    return (answer ?? bobOnly)(contact);
  };
  const pnOf = async (lid) => (lid === '77@lid' ? BOB : undefined);
  return { asked, contacts: new Contacts(cast, { query, pnOf }) };
}

test('a partner user is looked up each time, a WhatsApp user never', async () => {
  const { asked, contacts } = world();
  assert.equal(await contacts.addressOf('bob'), BOB);
  assert.equal(await contacts.addressOf('bob'), BOB);
  assert.equal(await contacts.addressOf('carol'), '33612345679@s.whatsapp.net');
  const lookup = ['urn:parley:surrogate:contact', '1', 'bob@birdy.test'];
  assert.deepEqual(asked, [lookup, lookup]);
});

test('nobody of that name, and one whom the gatekeeper does not know', async () => {
  const { contacts } = world();
  await assert.rejects(contacts.addressOf('birdy'), { code: -32602 });
  await assert.rejects(contacts.addressOf('dave'), { data: 404 });
});

test('a writer is recognised, under both names, after asking once', async () => {
  const { asked, contacts } = world();
  const device = BOB.replace('@', ':3@');
  assert.deepEqual(await contacts.facts(device), { from: BOB, from_actor: 'bob' });
  assert.deepEqual(await contacts.facts('77@lid'), { from: '77@lid', from_actor: 'bob' });
  assert.equal(asked.length, 2); // dave, bob
  const stranger = { from: '1@s.whatsapp.net' };
  assert.deepEqual(await contacts.facts(stranger.from), stranger);
  assert.deepEqual(await contacts.facts(stranger.from), stranger);
  assert.equal(asked.length, 4);
});

test('without an answer a writer stays unknown for now only', async () => {
  let reachable = false;
  const { contacts } = world((contact) => {
    if (!reachable) return undefined;
    return { tag: 'iq', attrs: {}, content: [{ tag: 'contact', attrs: { ...contact.attrs, jid: BOB } }] };
  });
  assert.deepEqual(await contacts.facts(BOB), { from: BOB });
  reachable = true;
  assert.equal((await contacts.facts(BOB)).from_actor, 'dave');
});
