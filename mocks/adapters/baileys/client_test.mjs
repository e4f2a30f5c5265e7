// A Baileys application whose sockets have no network: the test plays the server, and says when a login
// succeeds and why a connection ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from './client.mjs';
import { MessageStore } from './message_store.mjs';
import { FakeSocket, boom, eventList, settled } from './test_world.mjs';

function world(pair = async () => {}) {
  const { list, events } = eventList();
  const sockets = [];
  const client = new Client({
    displayName: 'alice',
    url: 'wss://127.0.0.1:1/ws/chat',
    media: {},
    events,
    store: new MessageStore(),
    pair,
    listen: () => {},
    makeSocket: (config) => {
      sockets.push(new FakeSocket(config));
      return sockets.at(-1);
    },
  });
  return { client, sockets, list };
}

async function loggedIn(where) {
  const result = where.client.connect();
  where.sockets.at(-1).logIn();
  await result;
}

test('a login waits for both signs, and tells how much waited', async () => {
  const { client, sockets, list } = world();
  const result = client.connect();
  sockets[0].ev.emit('connection.update', { connection: 'open' });
  await settled();
  assert.deepEqual(list, []);
  sockets[0].logIn(3);
  assert.deepEqual(await result, { status: 'ok', offline: 3 });
  assert.deepEqual(list, [{ sequence: 0, name: 'connected', facts: { offline: 3 } }]);
});

test('pairing: the code is handed to the owner, and the restart afterwards is part of the login', async () => {
  const codes = [];
  const { client, sockets, list } = world(async (code) => codes.push(code));
  const result = client.connect();
  sockets[0].ev.emit('connection.update', { qr: 'a code' });
  sockets[0].config.auth.creds.me = { id: '33612345678:7@s.whatsapp.net' };
  sockets[0].ev.emit('creds.update', {});
  await sockets[0].end(boom('Stream Errored (restart required)', 515));
  await settled();
  sockets[1].logIn();
  assert.equal((await result).status, 'ok');
  assert.deepEqual(codes, ['a code']);
  assert.equal(sockets[1].config.auth, sockets[0].config.auth);
  assert.equal(sockets[1].config.auth.creds.me.name, 'alice');
  assert.deepEqual(list.map(({ name }) => name), ['connected']);
});

test('an owner who does not scan the code refuses the login', async () => {
  const { client, sockets } = world(async () => {
    throw new Error('no such code');
  });
  const result = client.connect();
  sockets[0].ev.emit('connection.update', { qr: 'a code' });
  await assert.rejects(result, { code: -32002, message: /no such code/ });
});

test('a refused login is a result and an event, and the next one begins afresh', async () => {
  const { client, sockets, list } = world();
  const result = client.connect();
  await sockets[0].end(boom('Connection Failure', 401, { reason: '401' }));
  assert.deepEqual(await result, { status: 'failure', code: 401 });
  assert.deepEqual(list[0], { sequence: 0, name: 'connection-refused', facts: { code: 401 } });
  const next = client.connect();
  assert.notEqual(sockets[1].config.auth, sockets[0].config.auth);
  await client.stop();
  await assert.rejects(next, { code: -32004 });
});

test('a server that is not there is an error', async () => {
  const { client, sockets } = world();
  const result = client.connect();
  await sockets[0].end(boom('WebSocket Error (ECONNREFUSED)', 500));
  await assert.rejects(result, { code: -32004 });
});

for (const [status, reason] of [[515, 'restart required'], [503, 'unknown']]) {
  test(`a stream error ${status} is told, and the application comes back with the same account`, async () => {
    const where = world();
    await loggedIn(where);
    await where.sockets[0].end(boom(`Stream Errored (${reason})`, status));
    while (where.sockets.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    where.sockets[1].logIn();
    await settled();
    assert.equal(where.sockets[1].config.auth, where.sockets[0].config.auth);
    assert.deepEqual(where.list.map(({ name, facts }) => [name, facts]), [
      ['connected', { offline: 0 }],
      ['disconnected', { reason: 'stream-error', detail: String(status) }],
      ['connected', { offline: 0 }],
    ]);
  });
}

const conflict = (type) => ({ tag: 'conflict', attrs: { type } });
const stays = {
  'device_removed': boom('Stream Errored (conflict)', 401, conflict('device_removed')),
  'replaced': boom('Stream Errored (conflict)', 440, conflict('replaced')),
  'requested': undefined,
};
for (const [reason, error] of Object.entries(stays)) {
  test(`after being ${reason} the application stays away`, async (context) => {
    const where = world();
    await loggedIn(where);
    context.mock.timers.enable({ apis: ['setTimeout'] });
    await where.sockets[0].end(error);
    context.mock.timers.tick(60_000);
    await settled();
    assert.equal(where.sockets.length, 1);
    assert.equal(where.list[1].facts.reason, reason);
    assert.throws(() => where.client.socket, { code: -32004 });
  });
}

test('two logins at once are one too many', async () => {
  const { client } = world();
  const first = client.connect();
  await assert.rejects(client.connect(), { code: -32602 });
  await client.stop();
  await assert.rejects(first, { code: -32004 });
});
