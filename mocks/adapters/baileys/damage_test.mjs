// Two accounts of Baileys' own Signal code, without a network: one writes to the other, and its next
// message is damaged on demand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_CONNECTION_CONFIG, addTransactionCapability, generateSignalPubKey } from 'baileys';
import { baileysLog } from './baileys_log.mjs';
import { Damage, withDamagedMac } from './damage.mjs';
import { memoryAuth } from './memory_auth.mjs';

function account(id, damage) {
  const { creds, keys } = memoryAuth();
  creds.me = { id: `${id}@s.whatsapp.net` };
  const auth = { creds, keys: addTransactionCapability(keys, baileysLog(), DEFAULT_CONNECTION_CONFIG.transactionOpts) };
  const make = damage?.repositoryMaker() ?? DEFAULT_CONNECTION_CONFIG.makeSignalRepository;
  return { jid: creds.me.id, creds, repository: make(auth, baileysLog(), async () => []) };
}

async function pair() {
  const damage = new Damage();
  const [alice, bob] = [account('1', damage), account('2')];
  const { signedIdentityKey, signedPreKey, registrationId } = bob.creds;
  const session = {
    registrationId,
    identityKey: generateSignalPubKey(signedIdentityKey.public),
    signedPreKey: {
      keyId: signedPreKey.keyId,
      publicKey: generateSignalPubKey(signedPreKey.keyPair.public),
      signature: signedPreKey.signature,
    },
  };
  await alice.repository.injectE2ESession({ jid: bob.jid, session });
  const write = (text) => alice.repository.encryptMessage({ jid: bob.jid, data: Buffer.from(text) });
  const read = ({ type, ciphertext }) => bob.repository.decryptMessage({ jid: alice.jid, type, ciphertext });
  const answer = async () => {
    const back = await bob.repository.encryptMessage({ jid: alice.jid, data: Buffer.from('yes') });
    await alice.repository.decryptMessage({ jid: bob.jid, ...back });
  };
  return { alice, damage, write, read, answer };
}

test('the next message only, be it a first one or a later one', async () => {
  const { damage, write, read, answer } = await pair();
  damage.armNext();
  const first = await write('one');
  assert.equal(first.type, 'pkmsg');
  await assert.rejects(read(first), /MAC/);
  assert.equal((await read(await write('two'))).toString(), 'two');
  await answer();
  damage.armNext();
  const later = await write('three');
  assert.equal(later.type, 'msg');
  await assert.rejects(read(later), /matching sessions|MAC/);
  assert.equal((await read(await write('four'))).toString(), 'four');
});

test('one bit of the MAC is all that changes', async () => {
  const { write } = await pair();
  const { type, ciphertext } = await write('one');
  const damaged = withDamagedMac(type, ciphertext);
  const changed = [...damaged.keys()].filter((at) => damaged[at] !== ciphertext[at]);
  assert.equal(changed.length, 1);
  assert.deepEqual(withDamagedMac(type, damaged), Buffer.from(ciphertext));
});

test('messages to own devices are left alone', async () => {
  const damage = new Damage();
  const plain = async () => ({ type: 'msg', ciphertext: Buffer.from([1, 2]) });
  const make = damage.repositoryMaker(() => ({ encryptMessage: plain }));
  const repository = make({ creds: { me: { id: '1:5@s.whatsapp.net', lid: '9:5@lid' } } });
  damage.armNext();
  for (const jid of ['1@s.whatsapp.net', '9:2@lid']) {
    assert.deepEqual((await repository.encryptMessage({ jid })).ciphertext, Buffer.from([1, 2]));
  }
  const other = await repository.encryptMessage({ jid: '2@s.whatsapp.net' });
  assert.deepEqual(other.ciphertext, Buffer.from([1, 3]));
});

test('bytes that are no message are an error', () => {
  assert.throws(() => withDamagedMac('pkmsg', Buffer.from([0x33])), /without field 4/);
  assert.throws(() => withDamagedMac('pkmsg', Buffer.from([0x33, 0x80])), /within a number/);
  assert.throws(() => withDamagedMac('pkmsg', Buffer.from([0x33, 0x0d, 0x01])), /unknown type/);
});
