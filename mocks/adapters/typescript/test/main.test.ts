// The world: Parley starts the example's process, reads its hello and lets it go, as it does before a run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function started(...words: string[]) {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
}

const line = async (lines: AsyncIterator<string>) => JSON.parse(String((await lines.next()).value));

test('the process says hello in all seats of a partner, and leaves with code 0', async () => {
  for (const stops of [true, false]) {
    const { child, lines } = started();
    const hello = await line(lines);
    assert.equal(hello.method, 'hello');
    assert.deepEqual(hello.params.seats, ['partner-client', 'partner-server', 'partner-proxy', 'partner']);
    for (const name of ['enlist', 'connect', 'send-text', 'send-media', 'rotate-keys', 'pass-time']) {
      assert.ok(hello.params.capabilities.includes(name), name);
    }
    if (stops) {
      child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"stop","params":{}}\n');
      assert.deepEqual(await line(lines), { jsonrpc: '2.0', id: 1, result: {} });
    }
    child.stdin.end();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  }
});

test('a defect that nobody knows is refused before anything is said', async () => {
  const { child, lines } = started('--defect', 'being-nice');
  assert.equal((await lines.next()).done, true);
  assert.notEqual((await once(child, 'exit'))[0], 0);
});
