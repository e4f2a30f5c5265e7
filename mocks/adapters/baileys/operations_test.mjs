// An application with a connection that leads nowhere: what reaches Baileys, and what is answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Damage } from './damage.mjs';
import { MessageStore } from './message_store.mjs';
import { operations } from './operations.mjs';
import { FakeSocket } from './test_world.mjs';

const BOB = '499900000001@s.whatsapp.net';

function world() {
  const socket = Object.assign(new FakeSocket(), {
    presences: [],
    read: [],
    readreceipts: 'all',
    async sendPresenceUpdate(state, jid) {
      this.presences.push([state, jid]);
    },
    async readMessages(keys) {
      this.read.push(keys);
    },
    async fetchPrivacySettings() {
      return { readreceipts: this.readreceipts };
    },
    async query({ attrs, content: [{ tag }] }) {
      this.asked = [attrs.xmlns, tag];
      return { tag: 'iq', attrs: {}, content: [{ tag: 'count', attrs: { value: '12' } }] };
    },
  });
  const contacts = { addressOf: async () => BOB };
  return { socket, app: { client: { socket, damage: new Damage() }, contacts, store: new MessageStore() } };
}

test('a text, and a reply to it', async () => {
  const { app, socket } = world();
  const first = await operations['send-text'](app, { to: 'bob', text: 'See https://example.test' });
  assert.deepEqual(first, { id: 'ID1' });
  assert.deepEqual(socket.sent[0], {
    jid: BOB,
    content: { text: 'See https://example.test', linkPreview: null },
    options: {},
  });
  await operations['send-text'](app, { to: 'bob', text: 'Yes', quote: 'ID1' });
  assert.equal(socket.sent[1].options.quoted.key.id, 'ID1');
  await operations['send-text'](app, { to: 'bob', text: 'Yes', quote: 'forgotten' });
  assert.equal(socket.sent[2].options.quoted.key.id, 'forgotten');
});

test('files of every kind, with size and digest', async () => {
  const { app, socket } = world();
  const file = { to: 'bob', name: 'a.bin', mime: 'x/y', content: 'YWJj', caption: 'See' };
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  for (const kind of ['image', 'video', 'voice', 'file']) {
    const { id, ...rest } = await operations['send-media'](app, { ...file, kind });
    assert.match(id, /^ID/);
    assert.deepEqual(rest, { sha256, size: 3 });
  }
  const content = Buffer.from('abc');
  assert.deepEqual(socket.sent.map((sent) => sent.content), [
    { image: content, mimetype: 'x/y', caption: 'See' },
    { video: content, mimetype: 'x/y', caption: 'See' },
    { audio: content, mimetype: 'x/y', ptt: true },
    { document: content, mimetype: 'x/y', fileName: 'a.bin', caption: 'See' },
  ]);
});

test('a reaction goes to the message that it is meant for', async () => {
  const { app, socket } = world();
  app.store.keep({ key: { id: 'theirs', remoteJid: BOB, fromMe: false } });
  await operations.react(app, { to: 'bob', id: 'theirs', emoji: '!' });
  await operations.react(app, { to: 'bob', id: 'unknown', emoji: '' });
  assert.deepEqual(socket.sent.map(({ content }) => content.react), [
    { text: '!', key: { id: 'theirs', remoteJid: BOB, fromMe: false } },
    { text: '', key: { id: 'unknown', remoteJid: BOB, fromMe: true } },
  ]);
});

test('typing and reading, and an owner who shows no read receipts', async () => {
  const { app, socket } = world();
  assert.deepEqual(await operations.typing(app, { to: 'bob', state: 'composing' }), { sent: true });
  assert.deepEqual(await operations.read(app, { to: 'bob', ids: ['A', 'B'] }), { sent: true });
  assert.deepEqual(socket.presences, [['composing', BOB]]);
  assert.deepEqual(socket.read[0].map(({ id, remoteJid }) => [id, remoteJid]), [['A', BOB], ['B', BOB]]);
  socket.readreceipts = 'none';
  assert.deepEqual(await operations.read(app, { to: 'bob', ids: ['A'] }), { sent: false });
});

test('questions to the server', async () => {
  const { app, socket } = world();
  assert.deepEqual(await operations['key-count'](app, {}), { count: 12 });
  assert.deepEqual(socket.asked, ['encrypt', 'count']);
  assert.deepEqual(await operations['server-ping'](app, {}), {});
  assert.deepEqual(socket.asked, ['w:p', 'ping']);
  socket.query = async () => undefined;
  await assert.rejects(operations['server-ping'](app, {}), { code: -32003 });
});

const wrong = {
  'no recipient': ['send-text', { text: 'x' }],
  'a number for a text': ['send-text', { to: 'bob', text: 7 }],
  'an unknown argument': ['send-text', { to: 'bob', text: 'x', colour: 'red' }],
  'an unknown kind': ['send-media', { to: 'bob', kind: 'sticker', name: 'a', mime: 'b', content: '' }],
  'content that is no base64': ['send-media', { to: 'bob', kind: 'file', name: 'a', mime: 'b', content: 'a*' }],
  'an unknown state': ['typing', { to: 'bob', state: 'dreaming' }],
  'no ids': ['read', { to: 'bob', ids: [] }],
  'ids that are no texts': ['read', { to: 'bob', ids: [1] }],
  'a negative count': ['upload-keys', { count: -1 }],
  'arguments where there are none': ['corrupt-next', { now: true }],
  'nobody to block': ['block', {}],
};
for (const [what, [operation, given]] of Object.entries(wrong)) {
  test(`wrong arguments: ${what}`, async () => {
    const { app, socket } = world();
    await assert.rejects(operations[operation](app, given), { code: -32602 });
    assert.deepEqual(socket.sent, []);
  });
}
