// An application that Baileys tells things: what it was told must come out in the words of the driver
// contract, and nothing that it was not told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WAMessageStatus, WAMessageStubType } from 'baileys';
import { Inbox } from './inbox.mjs';
import { MessageStore } from './message_store.mjs';
import { FakeSocket, eventList, settled } from './test_world.mjs';

const BOB = '499900000001@s.whatsapp.net';
const from = { from: BOB, from_actor: 'bob' };

function world() {
  const { list, events } = eventList();
  const socket = new FakeSocket();
  const store = new MessageStore();
  const contacts = { facts: async () => from };
  new Inbox({ events, contacts, store, dispatcher: undefined }).listen(socket);
  return { list, socket, store };
}

/** What the world makes of one thing that Baileys tells. */
async function told(event, data, where = world()) {
  where.socket.ev.emit(event, data);
  await settled();
  return where.list.map(({ name, facts }) => [name, facts]);
}

function received(message, more = {}) {
  const key = { remoteJid: BOB, fromMe: false, id: 'A1' };
  return { type: 'notify', messages: [{ key, message, ...more }] };
}

test('texts, plain and as replies', async () => {
  assert.deepEqual(await told('messages.upsert', received({ conversation: 'Noon?' })), [
    ['message', { kind: 'text', text: 'Noon?', id: 'A1', ...from, resent: false }],
  ]);
  const reply = { extendedTextMessage: { text: 'Yes.', contextInfo: { stanzaId: 'Q7' } } };
  const [[, facts]] = await told('messages.upsert', received(reply));
  assert.equal(facts.text, 'Yes.');
  assert.equal(facts.quote, 'Q7');
});

test('an empty text is a text', async () => {
  const [[, facts]] = await told('messages.upsert', received({ extendedTextMessage: { text: '' } }));
  assert.equal(facts.kind, 'text');
  assert.equal(facts.text, '');
});

test('own messages, and those that only carry keys, are not shown', async () => {
  const own = received({ conversation: 'mine' });
  own.messages[0].key.fromMe = true;
  assert.deepEqual(await told('messages.upsert', own), []);
  const keys = { senderKeyDistributionMessage: { groupId: 'x' } };
  assert.deepEqual(await told('messages.upsert', received(keys)), []);
});

test('an undecryptable message, and its second coming', async () => {
  const where = world();
  const stub = { messageStubType: WAMessageStubType.CIPHERTEXT, messageStubParameters: ['Bad MAC'] };
  await told('messages.upsert', received(undefined, stub), where);
  await told('messages.upsert', received({ conversation: 'Now?' }), where);
  const events = await told('messages.upsert', received({ conversation: 'Again?' }), where);
  assert.deepEqual(events[0], ['undecryptable', { id: 'A1', ...from }]);
  assert.deepEqual(events.slice(1).map(([name, facts]) => [name, facts.resent]), [
    ['message', true],
    ['message', false],
  ]);
});

test('a file that cannot be had', async () => {
  const image = { imageMessage: { url: 'https://mmg.whatsapp.net/v/t?x', mimetype: 'image/jpeg' } };
  assert.deepEqual(await told('messages.upsert', received(image)), [
    ['media-failed', { id: 'A1', reason: 'Cannot derive from empty media key' }],
  ]);
});

test('reactions, taken back by an empty one, and one merged into its message', async () => {
  const reaction = (text) => [
    { key: { id: 'M1', remoteJid: BOB, fromMe: true }, reaction: { text, key: { remoteJid: BOB, id: 'R1' } } },
  ];
  assert.deepEqual(await told('messages.reaction', reaction('\u{1F389}')), [
    ['reaction', { id: 'M1', emoji: '\u{1F389}', ...from }],
  ]);
  assert.deepEqual(await told('messages.reaction', reaction('')), [
    ['reaction', { id: 'M1', emoji: '', ...from }],
  ]);
  const merged = received({ conversation: 'x' }, { reactions: [{ text: '!', key: {} }] });
  const events = await told('messages.upsert', merged);
  assert.deepEqual(events[1], ['reaction', { id: 'A1', emoji: '!', ...from }]);
});

const update = (id, status, more = {}) => ({
  key: { id, remoteJid: BOB, fromMe: true },
  update: { status, ...more },
});

test('receipts: one event for those that came together', async () => {
  const read = WAMessageStatus.READ;
  assert.deepEqual(await told('messages.update', [update('A', read), update('B', read)]), [
    ['receipt', { ids: ['A', 'B'], type: 'read', ...from }],
  ]);
  assert.deepEqual(await told('messages.update', [update('A', WAMessageStatus.DELIVERY_ACK)]), [
    ['receipt', { ids: ['A'], type: 'delivery', ...from }],
  ]);
  assert.deepEqual(await told('messages.update', [update('A', WAMessageStatus.SERVER_ACK)]), []);
});

test('a message that the server did not take', async () => {
  const failed = update('A', WAMessageStatus.ERROR, { messageStubParameters: ['479'] });
  assert.deepEqual(await told('messages.update', [failed]), [['send-failed', { id: 'A', code: 479 }]]);
});

test('typing, and that being online is no pause', async () => {
  const where = world();
  const presence = (lastKnownPresence) => ({ id: BOB, presences: { [BOB]: { lastKnownPresence } } });
  await told('presence.update', presence('available'), where);
  await told('presence.update', presence('composing'), where);
  await told('presence.update', presence('available'), where);
  const events = await told('presence.update', presence('unavailable'), where);
  assert.deepEqual(events, [
    ['typing', { state: 'composing', ...from }],
    ['typing', { state: 'paused', ...from }],
  ]);
});

test('a request to send again', async () => {
  const where = world();
  where.socket.ws.emit('CB:receipt,type:retry', { attrs: { id: 'A1', from: BOB, type: 'retry' } });
  await settled();
  assert.deepEqual(where.list[0].facts, { id: 'A1', ...from });
  assert.equal(where.list[0].name, 'retry-requested');
});
