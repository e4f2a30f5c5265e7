// The world: an environment file as "parley serve" writes it, before anybody connects.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { partOf, readEnvironment } from '../src/beside_serve.ts';

const FILE = `# Written by parley serve; true for as long as it stands by.
PARLEY_ENLISTMENT_HOST=v.whatsapp.net
PARLEY_ENLISTMENT_ADDRESS=127.0.0.1:1
PARLEY_CHAT_HOST=chat.whatsapp.net
PARLEY_CHAT_ADDRESS=127.0.0.1:2
PARLEY_WEB_CHAT_HOST=web.whatsapp.net
PARLEY_WEB_CHAT_ADDRESS=127.0.0.1:3
PARLEY_MEDIA_HOST=mmg.whatsapp.net
PARLEY_MEDIA_ADDRESS=127.0.0.1:4
PARLEY_JWKS_HOST=whatsapp.com
PARLEY_JWKS_ADDRESS=127.0.0.1:5
PARLEY_BIRDY_ISSUER=https://birdy.partner.test
`;
const OWN = { address: '127.0.0.1:8443', certificate: 'a certificate', key: 'a key' };

test('every host stands under its name, at the address that serve gave it', () => {
  const part = partOf(readEnvironment(FILE), OWN);
  assert.deepEqual(part.hosts, {
    'v.whatsapp.net:443': '127.0.0.1:1',
    'chat.whatsapp.net:5222': '127.0.0.1:2',
    'web.whatsapp.net:443': '127.0.0.1:3',
    'mmg.whatsapp.net:443': '127.0.0.1:4',
    'whatsapp.com:443': '127.0.0.1:5',
    'birdy.partner.test:443': '127.0.0.1:8443',
  });
  assert.equal(part.services[0]?.enlistment, 'https://v.whatsapp.net/3p/interop_reg');
  assert.equal(part.server, 'https://birdy.partner.test');
});

test('what is missing is named', () => {
  const environment = readEnvironment(FILE.replace(/PARLEY_JWKS_HOST.*/, ''));
  assert.throws(() => partOf(environment, OWN), /PARLEY_JWKS_HOST/);
});

test('without its options it says how it is used', async () => {
  const script = fileURLToPath(new URL('../src/beside_serve.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', '1'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part) => (said += part));
  assert.deepEqual(await once(child, 'close'), [1, null]);
  assert.match(said, /^usage: beside_serve.ts --env/);
});
