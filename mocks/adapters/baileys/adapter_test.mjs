// The adapter as Parley sees it: a child process that speaks JSON-RPC on its standard input and output.
// The test is the harness; there is no gatekeeper behind it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const adapter = fileURLToPath(new URL('adapter.mjs', import.meta.url));
let authority;

before(() => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-adapter-'));
  const certificate = join(folder, 'ca.pem');
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', '/CN=test', '-keyout', join(folder, 'key.pem'), '-out', certificate,
  ], { stdio: 'ignore' });
  authority = readFileSync(certificate, 'utf8');
  rmSync(folder, { recursive: true });
});

const running = new Set();
after(() => running.forEach((child) => child.kill()));

/** A started adapter: `next()` gives its next line, `ask` sends a request and gives the answer. */
function start() {
  const child = spawn(process.execPath, [adapter], { stdio: ['pipe', 'pipe', 'pipe'] });
  running.add(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let log = '';
  child.stderr.on('data', (text) => {
    log += text;
  });
  let lastId = 0;
  const next = async () => JSON.parse((await lines.next()).value);
  const write = (line) => child.stdin.write(`${line}\n`);
  const ask = async (method, params) => {
    lastId += 1;
    write(JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params }));
    const answer = await next();
    assert.equal(answer.id, lastId);
    return answer;
  };
  return { child, next, write, ask, log: () => log };
}

function startParams(more = {}) {
  return {
    seat: 'gatekeeper-client',
    actor: { id: 'alice', kind: 'whatsapp-user', settings: { number: '33612345678' } },
    cast: [
      { id: 'bob', kind: 'partner-user', of: 'birdy', settings: { identifier: 'bob@birdy.test', integrator: 1 } },
    ],
    endpoints: { web_chat: 'wss://127.0.0.1:9/ws/chat', chat: '127.0.0.1:9', media: '127.0.0.1:9' },
    trust: { noise_root: '00'.repeat(32), ca_pem: authority },
    time: '2026-03-02T09:00:00Z',
    addressing: 'native',
    ...more,
  };
}

async function started(more) {
  const world = start();
  await world.next();
  assert.deepEqual((await world.ask('start', startParams(more))).result, {});
  const perform = (operation, given) => world.ask('perform', { operation, arguments: given });
  return { ...world, perform };
}

test('the first line is an introduction', async () => {
  const { next, child } = start();
  const { method, params, id } = await next();
  assert.equal(id, undefined);
  assert.equal(method, 'hello');
  assert.deepEqual(params.implementation, { name: 'baileys', version: '7.0.0-rc14' });
  assert.deepEqual([params.protocol, params.seats, params.addressing], [1, ['gatekeeper-client'], ['native']]);
  assert.ok(params.capabilities.includes('send-text'));
  assert.ok(!params.capabilities.includes('set'));
  child.stdin.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('operations that nobody has, or that Baileys has not, are unsupported', async () => {
  const { perform } = await started();
  for (const operation of ['parley-probe', 'set', 'ping-user', 'constructor', '__proto__']) {
    const { error } = await perform(operation, {});
    assert.equal(error.code, -32001, operation);
    assert.ok(error.message.includes(operation));
  }
});

test('wrong arguments are told, and operations without a connection', async () => {
  const { perform, ask } = await started();
  assert.equal((await perform('send-text', { to: 'bob' })).error.code, -32602);
  assert.equal((await perform('typing', { to: 'bob', state: 'x' })).error.code, -32602);
  assert.equal((await ask('perform', { operation: 7 })).error.code, -32602);
  assert.equal((await ask('perform', { operation: 'disconnect', arguments: [] })).error.code, -32602);
  for (const [operation, given] of [
    ['send-text', { to: 'bob', text: 'x' }],
    ['disconnect', {}],
    ['react', { to: 'bob', id: 'A', emoji: '' }],
    ['key-count', {}],
  ]) {
    assert.equal((await perform(operation, given)).error.code, -32004, operation);
  }
});

test('bad lines are answered, and the next good one is too', async () => {
  const { write, next, ask } = await started();
  const bad = [
    ['rubbish', -32700],
    ['{"jsonrpc": "2.0", "id": 1', -32700],
    ['\ufffd\u0000', -32700],
    ['7', -32600],
    ['[]', -32600],
    ['null', -32600],
    ['{"id": 1, "method": "stop"}', -32600],
    ['{"jsonrpc": "2.0", "id": {}, "method": "perform"}', -32600],
    ['{"jsonrpc": "2.0", "id": 99, "result": {}}', -32600],
    ['{"jsonrpc": "2.0", "id": 5, "method": "dance"}', -32601],
    ['{"jsonrpc": "2.0", "id": 5, "method": "toString"}', -32601],
    ['{"jsonrpc": "2.0", "id": 5, "method": "perform", "params": [1]}', -32602],
  ];
  for (const [line, code] of bad) {
    write(line);
    assert.equal((await next()).error.code, code, line);
  }
  write(''); // ignored, like a notification of something unknown
  write('{"jsonrpc": "2.0", "method": "dance"}');
  assert.equal((await ask('perform', { operation: 'parley-probe' })).error.code, -32001);
});

test('a line longer than 32 MiB is refused, and what follows is read', async () => {
  const { child, next, ask } = await started();
  for (let sent = 0; sent <= 32; sent += 1) child.stdin.write('x'.repeat(1024 * 1024));
  child.stdin.write('\n');
  assert.equal((await next()).error.code, -32600);
  assert.equal((await ask('perform', { operation: 'parley-probe' })).error.code, -32001);
});

const notStarted = {
  'another seat': [{ seat: 'partner' }, -32001],
  'another addressing mode': [{ addressing: 'interop' }, -32001],
  'no actor': [{ actor: undefined }, -32602],
  'no address of the media host': [{ endpoints: { web_chat: 'wss://127.0.0.1:9/', media: 'here' } }, -32602],
  'a root that is no key': [{ trust: { noise_root: 'abc', ca_pem: 'x' } }, -32602],
  'an authority that is none': [{ trust: { noise_root: '00'.repeat(32), ca_pem: 'x' } }, -32602],
  'a cast that is no list': [{ cast: 'bob' }, -32602],
};
for (const [what, [more, code]] of Object.entries(notStarted)) {
  test(`no start with ${what}`, async () => {
    const { next, ask, child } = start();
    await next();
    assert.equal((await ask('perform', { operation: 'connect' })).error.code, -32000);
    assert.equal((await ask('start', startParams(more))).error.code, code);
    child.stdin.end();
  });
}

test('nobody there: the connection is refused, and stop works all the same', async () => {
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  const { port } = unused.address();
  unused.close();
  const { perform, ask, child, log } = await started({
    endpoints: { web_chat: `wss://127.0.0.1:${port}/ws/chat`, media: `127.0.0.1:${port}` },
  });
  assert.equal((await perform('connect', {})).error.code, -32004);
  assert.deepEqual((await ask('stop', {})).result, {});
  child.stdin.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.ok(!log().includes('CERTIFICATE'));
});

test('a server that says nothing does not hold up the end', async () => {
  const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address();
  const { write, next, child } = await started({
    endpoints: { web_chat: `wss://127.0.0.1:${port}/ws/chat`, media: `127.0.0.1:${port}` },
  });
  write('{"jsonrpc": "2.0", "id": 8, "method": "perform", "params": {"operation": "connect"}}');
  await once(silent, 'connection');
  write('{"jsonrpc": "2.0", "id": 9, "method": "stop"}');
  const answers = new Map([await next(), await next()].map((answer) => [answer.id, answer]));
  assert.deepEqual(answers.get(9).result, {});
  assert.equal(answers.get(8).error.code, -32004);
  child.stdin.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  silent.close();
});
