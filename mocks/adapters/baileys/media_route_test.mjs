// A media host on a port of its own, with a certificate of a test authority for mmg.whatsapp.net. Both
// ways of Baileys to speak HTTPS must end there, under the name that they were given.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { mediaRoute, parseAddress } from './media_route.mjs';

const HOST = 'mmg.whatsapp.net';
let server;
let certificate;
let route;

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-media-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', '/CN=test', '-addext', `subjectAltName=DNS:${HOST}`, '-keyout', key, '-out', cert,
  ], { stdio: 'ignore' });
  certificate = readFileSync(cert, 'utf8');
  server = https.createServer({ key: readFileSync(key), cert: certificate }, (request, response) => {
    response.end(JSON.stringify([request.method, request.headers.host, request.socket.servername]));
  });
  rmSync(folder, { recursive: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  route = mediaRoute(`127.0.0.1:${server.address().port}`);
});
after(() => server.close());

async function upload() {
  const request = https.request({ hostname: HOST, port: 443, method: 'POST', agent: route.agent });
  request.end('x');
  const [response] = await once(request, 'response');
  let body = '';
  for await (const part of response) body += part;
  return JSON.parse(body);
}

async function download() {
  return (await fetch(`https://${HOST}/v/t?x`, { dispatcher: route.dispatcher })).json();
}

test('a server whom nobody vouches for is refused', async () => {
  await assert.rejects(upload(), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  await assert.rejects(download(), ({ cause }) => cause.code === 'DEPTH_ZERO_SELF_SIGNED_CERT');
});

test('both ways end at the address, under the host\'s own name', async () => {
  tls.setDefaultCACertificates([certificate]);
  assert.deepEqual(await upload(), ['POST', HOST, HOST]);
  assert.deepEqual(await download(), ['GET', HOST, HOST]);
});

test('the name is checked', async () => {
  await assert.rejects(
    fetch('https://elsewhere.test/', { dispatcher: route.dispatcher }),
    ({ cause }) => cause.code === 'ERR_TLS_CERT_ALTNAME_INVALID',
  );
});

test('addresses', () => {
  assert.deepEqual(parseAddress('127.0.0.1:41003'), { host: '127.0.0.1', port: 41003 });
  assert.deepEqual(parseAddress('[::1]:1'), { host: '::1', port: 1 });
  for (const wrong of ['', 'host', '1.2.3.4:', ':1', 'a:b', 'a:70000', 'a:1/x']) {
    assert.throws(() => parseAddress(wrong), { code: -32602 }, wrong);
  }
});
