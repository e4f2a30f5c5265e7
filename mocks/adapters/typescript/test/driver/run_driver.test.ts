// The world: a driver with one seat, and a harness that speaks with it by the book, and against it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused } from '../../src/driver/failure.ts';
import type { DriverPlan, Session } from '../../src/driver/run_driver.ts';
import { Harness, errorOf, startParams } from './harness.ts';

interface App {
  session: Session;
  stopped: boolean;
}

function plan(more: Partial<DriverPlan> = {}): DriverPlan {
  return {
    name: 'a driver',
    version: '3',
    implementation: { name: 'a product', version: '7' },
    addressing: ['interop'],
    followsClock: true,
    seats: {
      'partner-client': {
        start: (session: Session): App => ({ session, stopped: false }),
        listening: () => ({ wake: '127.0.0.1:1' }),
        stop: (app: App) => void (app.stopped = true),
        operations: {
          echo: (_: App, given) => ({ text: given.text('text') }),
          tell: (app: App) => app.session.emit('told', { by: app.session.start.actor.id }),
          time: (app: App) => ({ now: app.session.clock.now() }),
          sleep: (app: App) => {
            app.session.emit('asleep', {});
            return app.session.clock.wait(3_600_000);
          },
          hang: () => new Promise<void>(() => {}),
          refuse: () => {
            throw refused('403 no');
          },
          spill: (app: App) => app.session.log(`Bearer abc ${'f'.repeat(64)}`),
        },
      },
    },
    ...more,
  };
}

async function started(more: Partial<DriverPlan> = {}): Promise<Harness> {
  const harness = new Harness(plan(more));
  const answer = await harness.call(1, 'start', startParams('partner-client'));
  assert.deepEqual(answer['result'], { listening: { wake: '127.0.0.1:1' } });
  return harness;
}

test('the first line introduces the driver', async () => {
  const harness = new Harness(plan());
  const hello = await harness.notification('hello');
  assert.deepEqual(hello['params'], {
    name: 'a driver',
    version: '3',
    protocol: 1,
    implementation: { name: 'a product', version: '7' },
    seats: ['partner-client'],
    addressing: ['interop'],
    capabilities: ['echo', 'tell', 'time', 'sleep', 'hang', 'refuse', 'spill', 'pass-time'],
  });
  assert.deepEqual((await harness.call(1, 'stop', {}))['result'], {});
  await harness.end();
});

test('an operation answers its result, and its failure with the code of the contract', async () => {
  const harness = await started();
  assert.deepEqual((await harness.perform(2, 'echo', { text: 'a' }))['result'], { text: 'a' });
  assert.deepEqual(errorOf(await harness.perform(3, 'refuse')), { code: -32002, message: '403 no' });
  assert.equal(errorOf(await harness.perform(4, 'echo')).code, -32602);
  await harness.end();
});

test('what nobody has is unsupported, also what every object has', async () => {
  const harness = await started();
  for (const name of ['parley-probe', 'toString', '__proto__']) {
    assert.equal(errorOf(await harness.perform(2, name)).code, -32001, name);
  }
  await harness.end();
});

test('what is stated of the product is there, and its secrets stay out of the log', async () => {
  const seen: unknown[] = [];
  const harness = new Harness(
    plan({
      seats: {
        'partner-client': {
          start: ({ start, log }: Session) => {
            seen.push(start.product);
            log(`logging in as ${start.product?.account?.identifier} with ${start.product?.account?.password}`);
          },
          operations: {},
        },
      },
    }),
  );
  const account = { identifier: 'bob@product.test', password: 'correct-horse' };
  const product = { endpoints: { push: 'https://h:1/push' }, timers: { reconnect: '10s' }, account };
  await harness.call(1, 'start', startParams('partner-client', { product }));
  assert.deepEqual(seen, [{ ...product, account: { ...account, token: '' } }]);
  assert.match(harness.log, /logging in as bob@product.test with \(secret\)/);
  await harness.end();

  const wrong = new Harness(plan());
  const answer = await wrong.call(1, 'start', startParams('partner-client', { product: { account: {} } }));
  assert.match(String(errorOf(answer).message), /start: product: account: "identifier" must be a text/);
  await wrong.end();
});

test('events are numbered without gaps', async () => {
  const harness = await started();
  for (const sequence of [0, 1, 2]) {
    await harness.perform(2, 'tell');
    const event = await harness.notification('event');
    assert.deepEqual(event['params'], { sequence, name: 'told', facts: { by: 'bob' } });
  }
  await harness.end();
});

test('an operation that takes too long is answered with a timeout', async () => {
  const harness = await started({ deadlineMs: 20 });
  assert.equal(errorOf(await harness.perform(2, 'hang')).code, -32003);
  assert.deepEqual((await harness.perform(3, 'echo', { text: 'b' }))['result'], { text: 'b' });
  await harness.end();
});

test('the clock begins with the test case and follows jumps, also of those who wait', async () => {
  const harness = await started();
  const begin = Date.parse('2026-03-02T09:00:00Z');
  const slept = harness.perform(2, 'sleep');
  await harness.notification('event');
  const passed = await harness.perform(3, 'pass-time', { seconds: 3600, nanoseconds: 500_000_000 });
  assert.deepEqual(passed['result'], {});
  await slept;
  const { result } = await harness.perform(4, 'time');
  const ahead = Number((result as { now: number }).now) - begin;
  assert.ok(ahead >= 3_600_500 && ahead < 3_610_500, `${ahead} ms`);
  await harness.end();
});

test('the machine\'s clock counts where start agrees with it', async () => {
  const harness = new Harness(plan());
  const time = new Date(Date.now() - 900).toISOString();
  await harness.call(1, 'start', startParams('partner-client', { time }));
  const before = Date.now();
  const { result } = await harness.perform(2, 'time');
  assert.ok(Number((result as { now: number }).now) >= before - 1);
  await harness.end();
});

test('passing no time lets the seat come to rest', async () => {
  const seat = plan().seats['partner-client'];
  assert.ok(seat);
  let rested = false;
  const settle = async () => {
    rested = true;
  };
  const harness = new Harness({ ...plan(), seats: { 'partner-client': { ...seat, settle } } });
  await harness.call(1, 'start', startParams('partner-client'));
  await harness.perform(2, 'pass-time', { seconds: 0, nanoseconds: 0 });
  assert.ok(rested);
  await harness.end();
});

test('a seat or an addressing mode that it does not have is refused at the start', async () => {
  for (const [seat, addressing] of [['partner-server', 'interop'], ['partner-client', 'native']]) {
    const harness = new Harness(plan());
    const answer = await harness.call(1, 'start', startParams(String(seat), { addressing }));
    assert.equal(errorOf(answer).code, -32001);
    await harness.end();
  }
});

test('a start that lacks something says what', async () => {
  const harness = new Harness(plan());
  const answer = await harness.call(1, 'start', startParams('partner-client', { trust: {} }));
  assert.deepEqual(errorOf(answer), {
    code: -32602,
    message: 'start: trust: "noise_root" must be a text',
  });
  await harness.end();
});

test('performing before the start, and starting twice, fails', async () => {
  const harness = new Harness(plan());
  assert.equal(errorOf(await harness.perform(1, 'echo')).code, -32000);
  await harness.call(2, 'start', startParams('partner-client'));
  const again = await harness.call(3, 'start', startParams('partner-client'));
  assert.equal(errorOf(again).code, -32000);
  await harness.end();
});

test('a line that is no JSON-RPC is answered and does no harm', async () => {
  const harness = await started();
  const lines: [string | Buffer, number][] = [
    ['{', -32700],
    [Buffer.from([0x22, 0xff, 0x22]), -32700],
    ['[]', -32600],
    ['{"jsonrpc":"1.0","method":"stop"}', -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"stop"}', -32600],
    ['{"jsonrpc":"2.0","id":9,"result":{}}', -32600],
    [Buffer.alloc(32 * 1024 * 1024 + 1, 0x61), -32600],
  ];
  for (const [line, code] of lines) {
    harness.line(line);
    const answer = await harness.next((message) => message['id'] === null);
    assert.equal(errorOf(answer).code, code, String(line).slice(0, 60));
  }
  assert.equal(errorOf(await harness.call(5, 'dance', {})).code, -32601);
  assert.deepEqual((await harness.perform(6, 'echo', { text: 'c' }))['result'], { text: 'c' });
  await harness.end();
});

test('the log holds no secrets', async () => {
  const harness = await started();
  await harness.perform(2, 'spill');
  assert.equal(harness.log, 'Bearer (credential) (bytes)\n');
  await harness.end();
});

test('stopping and the end of the input both let the seat close', async () => {
  for (const by of ['stop', 'end']) {
    const apps: App[] = [];
    const seat = plan().seats['partner-client'];
    assert.ok(seat);
    const harness = new Harness({
      ...plan(),
      seats: { 'partner-client': { ...seat, stop: (app: App) => void apps.push(app) } },
    });
    await harness.call(1, 'start', startParams('partner-client'));
    if (by === 'stop') await harness.call(2, 'stop', {});
    await harness.end();
    assert.equal(apps.length, 1, by);
  }
});

test('another session begins anew, and nothing of the former one is told in it', async () => {
  const apps: App[] = [];
  const seat = plan().seats['partner-client'];
  assert.ok(seat);
  const start = (session: Session): App => {
    apps.push({ session, stopped: false });
    return apps.at(-1)!;
  };
  const harness = new Harness({
    ...plan(),
    sessions: 'many',
    seats: { 'partner-client': { ...seat, start } },
  });
  const hello = await harness.notification('hello');
  assert.equal((hello['params'] as { sessions?: string }).sessions, 'many');
  for (const round of [0, 1]) {
    await harness.call(10 * round + 1, 'start', startParams('partner-client'));
    await harness.perform(10 * round + 2, 'tell');
    const event = await harness.notification('event');
    assert.equal((event['params'] as { sequence: number }).sequence, 0);
    const hanging = harness.perform(10 * round + 3, 'hang');
    const queued = harness.perform(10 * round + 4, 'echo', { text: 'late' });
    const stopped = harness.call(10 * round + 5, 'stop', {});
    assert.equal(errorOf(await hanging).code, -32004);
    assert.equal(errorOf(await queued).code, -32004);
    assert.deepEqual((await stopped)['result'], {});
    assert.equal(apps[round]?.stopped, true);
    apps[round]?.session.emit('told', { by: 'nobody' });
    await assert.rejects(async () => apps[round]?.session.pair('2@code'), /over/);
  }
  await harness.call(30, 'start', startParams('partner-client'));
  await harness.perform(31, 'tell');
  const { params } = await harness.notification('event');
  assert.deepEqual(params, { sequence: 0, name: 'told', facts: { by: 'bob' } });
  await harness.end();
});

test('who waits when the test case ends is never woken', async () => {
  const harness = await started({ sessions: 'many' });
  const slept = harness.perform(2, 'sleep');
  await harness.notification('event');
  await harness.call(3, 'stop', {});
  assert.equal(errorOf(await slept).code, -32004);
  await harness.call(4, 'start', startParams('partner-client'));
  await harness.perform(5, 'pass-time', { seconds: 7200, nanoseconds: 0 });
  await harness.end();
});

test('without many sessions a second start is refused, and so it is after a seat that would not close', async () => {
  const single = await started();
  await single.call(2, 'stop', {});
  assert.equal(errorOf(await single.call(3, 'start', startParams('partner-client'))).code, -32000);
  await single.end();

  const seat = plan().seats['partner-client'];
  assert.ok(seat);
  const stop = (): void => {
    throw new Error('the door is stuck');
  };
  const stuck = await started({
    sessions: 'many',
    seats: { 'partner-client': { ...seat, stop } },
  });
  assert.match(String(errorOf(await stuck.call(2, 'stop', {})).message), /stuck/);
  assert.equal(errorOf(await stuck.call(3, 'start', startParams('partner-client'))).code, -32000);
  await stuck.end();
});
