// The world: a partner's server, its own devices, strangers, and a gatekeeper that reads its tokens with
// jose, an independent implementation.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { authorization } from '../../src/partner/device.ts';
import type { Request, Response } from '../../src/partner/https_front.ts';
import { KEYS_PATH, PartnerServer, durationMs } from '../../src/partner/partner_server.ts';
import { TOKEN_FLAWS } from '../../src/partner/token_flaws.ts';
import { PARTNER, session } from './world.ts';

function request(method: string, target: string, body: object | Buffer = {}, as?: string): Request {
  return {
    method,
    target,
    headers: as === undefined ? {} : { authorization: authorization(as) },
    body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
    remote: '127.0.0.1',
  };
}

const bodyOf = (response: Response) => JSON.parse(String(response.body ?? 'null'));
const bob = { identifier: 'bob@birdy.test' };

function token(server: PartnerServer, more: object = {}) {
  return server.answer(request('POST', '/token', { ...bob, ...more }, 'bob'));
}

async function verified(server: PartnerServer, text: string, now: number) {
  const keys = createLocalJWKSet(bodyOf(await server.answer(request('GET', KEYS_PATH))));
  return jwtVerify(text, keys, {
    issuer: PARTNER.server,
    audience: 'https://v.whatsapp.net',
    algorithms: ['RS256'],
    currentDate: new Date(now),
    requiredClaims: ['exp', 'sub'],
  });
}

test('a device gets a token that says who it is, and nobody else', async () => {
  const world = session('birdy');
  const server = new PartnerServer(world, PARTNER);
  const { payload } = await verified(server, bodyOf(await token(server)).token, world.clock.now());
  const now = world.clock.now() / 1000;
  assert.deepEqual(payload, {
    iss: PARTNER.server,
    sub: 'bob@birdy.test',
    aud: 'https://v.whatsapp.net',
    integrator: 1,
    iat: now,
    nbf: now,
    exp: now + 3600,
  });
  const tries: [Request, number][] = [
    [request('POST', '/token', bob), 401],
    [request('POST', '/token', bob, 'mallory'), 401],
    [request('POST', '/token', bob, 'carol'), 403],
    [request('POST', '/token', Buffer.from('{'), 'bob'), 400],
    [request('POST', '/token', { ...bob, issued_at_offset_seconds: 1e9 }, 'bob'), 400],
  ];
  for (const [asked, status] of tries) assert.equal((await server.answer(asked)).status, status);
});

test('every flaw but the longest token is refused by an independent verifier', async () => {
  const world = session('birdy');
  const server = new PartnerServer(world, PARTNER);
  const harmless = ['longest-token', 'too-long-token', 'other-partner'];
  for (const flaw of TOKEN_FLAWS) {
    const text: string = bodyOf(await token(server, { flaw })).token;
    const held = verified(server, text, world.clock.now());
    if (harmless.includes(flaw)) await held;
    else await assert.rejects(held, flaw);
    if (flaw === 'longest-token') assert.equal(text.length, 4096);
    if (flaw === 'too-long-token') assert.equal(text.length, 4097);
  }
});

test('a token for another service is for another one than the user\'s, whichever that is', async () => {
  const [whatsapp] = PARTNER.services;
  assert.ok(whatsapp);
  const enlistment = 'https://enlistment.messenger.test/3p/interop_reg';
  const messenger = { ...whatsapp, service: 'messenger', enlistment };
  for (const [service, audience] of [
    [whatsapp, 'https://enlistment.messenger.test'],
    [messenger, 'https://v.whatsapp.net'],
  ] as const) {
    const server = new PartnerServer(session('birdy'), { ...PARTNER, services: [service] });
    const text: string = bodyOf(await token(server, { flaw: 'other-service' })).token;
    assert.equal(decodeJwt(text).aud, audience);
  }
});

test('who names no service is a user of WhatsApp, whichever comes first', async () => {
  const [whatsapp] = PARTNER.services;
  assert.ok(whatsapp);
  const enlistment = 'https://enlistment.messenger.test/3p/interop_reg';
  const services = [{ ...whatsapp, service: 'messenger', enlistment }, whatsapp];
  const server = new PartnerServer(session('birdy'), { ...PARTNER, services });
  assert.equal(decodeJwt(bodyOf(await token(server)).token as string).aud, 'https://v.whatsapp.net');
});

test('a retired key stays published until its last token has expired', async () => {
  const world = session('birdy');
  const server = new PartnerServer(world, PARTNER);
  const { token: old } = bodyOf(await token(server));
  server.rotateKeys();
  await verified(server, old, world.clock.now());
  world.clock.time += durationMs('65m', 0);
  assert.equal(bodyOf(await server.answer(request('GET', KEYS_PATH))).keys.length, 2);
  world.clock.time += 1;
  assert.equal(bodyOf(await server.answer(request('GET', KEYS_PATH))).keys.length, 1);
  assert.deepEqual(world.events.at(-1), ['jwks-served', { keys: 1 }]);
});

test('who has left the EEA, or never was the partner\'s own, gets no token', async () => {
  const server = new PartnerServer(session('birdy', { location: 'elsewhere' }), PARTNER);
  const carol = request('POST', '/token', { identifier: 'carol@birdy.test' }, 'carol');
  assert.equal((await server.answer(carol)).status, 403);
  assert.equal((await token(server)).status, 200);
  server.relocate('bob', 'elsewhere');
  assert.equal((await token(server)).status, 403);
  assert.throws(() => server.relocate('alice', 'eea'), /no user of ours/);
});

test('files are kept for devices, served to who knows the reference, and forgotten in time', async () => {
  const world = session('birdy');
  const server = new PartnerServer(world, PARTNER);
  const file = Buffer.from('sealed bytes');
  assert.equal((await server.answer(request('POST', '/media', file))).status, 401);
  const stored = await server.answer(request('POST', '/media', file, 'bob'));
  const { storage_reference: reference } = bodyOf(stored);
  assert.match(reference, /^[\w-]{32}$/);
  const get = (range?: string) => {
    const asked = request('GET', `/${reference}`);
    return server.answer({ ...asked, headers: range === undefined ? {} : { range } });
  };
  assert.deepEqual((await get()).body, file);
  const part = await get('bytes=7-');
  assert.deepEqual([part.status, String(part.body)], [206, 'bytes']);
  assert.equal((await get('bytes=99-')).status, 416);
  server.media.state = 'aborted';
  assert.equal((await get()).cutAfter, 6);
  server.media.state = 'missing';
  assert.equal((await get()).status, 404);
  server.media.state = 'up';
  assert.equal((await server.answer(request('GET', '/guessed'))).status, 404);
  world.clock.time += durationMs('30d', 0);
  assert.equal((await get()).status, 410);
});

test('a push without the gatekeeper\'s token is refused and told', async () => {
  const world = session('birdy');
  const server = new PartnerServer(world, PARTNER);
  for (const [header, reason] of [['', 'no-token'], ['Bearer x', 'malformed']]) {
    const push = { ...request('POST', '/push', { to: 'bob@birdy.test' }), headers: { authorization: header } };
    assert.equal((await server.answer(push)).status, 401);
    assert.deepEqual(world.events.at(-1), ['push', { to: '', accepted: false, reason }]);
  }
});

test('an endpoint that is down is down for the gatekeeper alone', async () => {
  const server = new PartnerServer(session('birdy'), PARTNER);
  for (const [state, status] of [['down', 503], ['error', 500], ['up', 200]] as const) {
    server.endpoint = state;
    assert.equal((await server.answer(request('GET', KEYS_PATH))).status, status);
    assert.equal((await token(server)).status, 200);
  }
});
