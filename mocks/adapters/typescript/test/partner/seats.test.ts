// The world: one process that plays in one test case after another, over real sockets. The certificate is
// openssl's.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { test } from 'node:test';
import type { PartnerPart } from '../../src/driver/index.ts';
import { authorization } from '../../src/partner/device.ts';
import { Hosts } from '../../src/partner/hosts.ts';
import { clientSeat, serverSeat } from '../../src/partner/seats.ts';
import { PARTNER, session, type TestSession } from './world.ts';

const NAME = 'birdy.partner.test';

function selfSigned(): { certificate_pem: string; private_key_pem: string } {
  const folder = mkdtempSync(join(tmpdir(), 'parley-example-'));
  const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')];
  const names = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...made, ...names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const read = { certificate_pem: readFileSync(certificate, 'utf8'), private_key_pem: readFileSync(key, 'utf8') };
  rmSync(folder, { recursive: true });
  return read;
}

function playing(actor: 'birdy' | 'bob', part: Partial<PartnerPart>): TestSession {
  const world = session(actor);
  return { ...world, start: { ...world.start, partner: { ...PARTNER, ...part } } };
}

test('a server that was stopped is gone, and the next one knows nothing of it', async () => {
  const identity = selfSigned();
  const kids: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    const world = playing('birdy', identity);
    const app = await serverSeat.start(world);
    const address = serverSeat.listening?.(app)['https'] ?? '';
    const hosts = new Hosts({ [`${NAME}:443`]: address }, identity.certificate_pem);
    const credential = { Authorization: authorization('bob') };
    const body = JSON.stringify({ identifier: 'bob@birdy.test' });
    const post = { method: 'POST', headers: credential, body };
    const asked = await hosts.fetch(`https://${NAME}/token`, post);
    assert.equal(asked.status, 200);
    const [header = ''] = String(JSON.parse(asked.body.toString()).token).split('.');
    assert.equal(JSON.parse(Buffer.from(header, 'base64url').toString()).kid, 'birdy-1');
    const stored = await hosts.fetch(`https://${NAME}/media`, post);
    assert.equal(stored.status, 201);
    assert.deepEqual(world.events.map(([name]) => name), ['media-stored']);
    const keys = await hosts.fetch(`https://${NAME}/.well-known/oauth/openid/jwks`);
    kids.push(JSON.parse(keys.body.toString()).keys[0].n);

    const idle = await hosts.connect({ host: NAME, port: 443 }, true);
    const hungUp = once(idle, 'close');
    await serverSeat.stop?.(app);
    await hungUp;
    await assert.rejects(hosts.fetch(`https://${NAME}/token`, post));
    hosts.close();
  }
  assert.notEqual(kids[0], kids[1]);
});

test('a client that is stopped in its login gives up, and tells nothing any more', async () => {
  const callers: Socket[] = [];
  const called = Promise.withResolvers<Socket>();
  const silent = createServer((socket) => {
    callers.push(socket);
    called.resolve(socket);
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const at = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  // The token comes with the enlistment; here the client has one.
  const world = playing('bob', { hosts: { 'chat.whatsapp.net:5222': at } });
  const app = await clientSeat.start(world);
  app.client.context.own = '1-100@interop';
  const connecting = app.client.connect({ token: 'absent' });
  const caller = await called.promise;
  const hungUp = once(caller.resume(), 'close');
  await clientSeat.stop?.(app);
  await assert.rejects(connecting, /closed|over|ended/);
  await hungUp;
  await assert.rejects(app.client.connect({ token: 'absent' }), /the test case is over/);
  app.client.context.emit('message', {});
  assert.deepEqual(world.events, []);
  assert.equal(callers.length, 1);
  silent.close();
});
