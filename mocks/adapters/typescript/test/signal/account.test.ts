// The world: two accounts of this implementation, and one of npm's libsignal, which Baileys uses.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { SignalAccount, type Bundle } from '../../src/signal/account.ts';
import { agree, keyPairOf, newSigningKeyPair, sign, typed, verify } from '../../src/signal/curve.ts';

const libsignal = createRequire(import.meta.url)('libsignal');

function bundleOf(account: SignalAccount, withPreKey = true): Bundle {
  const [preKey] = withPreKey ? account.newPreKeys(1) : [];
  const { id, key, signature } = account.signedPreKey;
  return {
    registrationId: account.registrationId,
    identity: account.identity.publicKey,
    signedPreKey: { id, key: key.publicKey, signature },
    preKey: preKey === undefined ? undefined : { id: preKey.id, key: preKey.key.publicKey },
  };
}

const text = (words: string) => Buffer.from(words);

function pair(withPreKey = true): [SignalAccount, SignalAccount] {
  const [alice, bob] = [new SignalAccount(), new SignalAccount()];
  assert.equal(alice.startSession('bob', bundleOf(bob, withPreKey)), false);
  return [alice, bob];
}

function say(from: SignalAccount, to: SignalAccount, names: [string, string], words: string) {
  const sent = from.encrypt(names[1], text(words));
  return { sent, got: to.decrypt(names[0], sent.type, sent.bytes).plain.toString() };
}

test('XEdDSA signatures hold both ways with libsignal', () => {
  for (let i = 0; i < 30; i += 1) {
    const key = newSigningKeyPair();
    const message = text(`message ${i}`);
    const own = sign(key, message);
    assert.ok(verify(key.publicKey, message, own));
    assert.ok(libsignal.curve.verifySignature(typed(key.publicKey), message, own));
    const other = libsignal.curve.calculateSignature(key.privateKey, message);
    assert.ok(verify(key.publicKey, message, other));
    other[5] ^= 1;
    assert.ok(!verify(key.publicKey, message, other));
  }
});

test('a conversation with and without a one-time prekey', () => {
  for (const withPreKey of [true, false]) {
    const [alice, bob] = pair(withPreKey);
    assert.equal(say(alice, bob, ['alice', 'bob'], 'one').sent.type, 'pkmsg');
    assert.equal(say(alice, bob, ['alice', 'bob'], 'two').sent.type, 'pkmsg');
    for (const words of ['three', 'four', 'five']) {
      assert.deepEqual(say(bob, alice, ['bob', 'alice'], words).got, words);
      const { sent, got } = say(alice, bob, ['alice', 'bob'], `${words}!`);
      assert.deepEqual([sent.type, got], ['msg', `${words}!`]);
    }
  }
});

test('messages come late, twice and damaged', () => {
  const [alice, bob] = pair();
  say(alice, bob, ['alice', 'bob'], 'hello');
  say(bob, alice, ['bob', 'alice'], 'hello');
  const late = alice.encrypt('bob', text('late'));
  const lost = alice.encrypt('bob', text('lost'));
  const now = alice.encrypt('bob', text('now'));
  assert.equal(bob.decrypt('alice', now.type, now.bytes).plain.toString(), 'now');
  assert.throws(() => bob.decrypt('alice', now.type, now.bytes), { name: 'ReplayError' });
  say(bob, alice, ['bob', 'alice'], 'a new turn');
  say(alice, bob, ['alice', 'bob'], 'another');
  const damaged = Buffer.from(lost.bytes);
  damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1;
  assert.throws(() => bob.decrypt('alice', lost.type, damaged), /MAC/);
  assert.equal(bob.decrypt('alice', late.type, late.bytes).plain.toString(), 'late');
  assert.equal(bob.decrypt('alice', lost.type, lost.bytes).plain.toString(), 'lost');
  assert.throws(() => bob.decrypt('alice', late.type, late.bytes), { name: 'ReplayError' });
});

test('a damaged first message uses no prekey', () => {
  const [alice, bob] = pair();
  const { type, bytes } = alice.encrypt('bob', text('first'));
  const damaged = Buffer.from(bytes);
  const end = damaged.length - 10;
  damaged[end] = (damaged[end] ?? 0) ^ 1;
  assert.throws(() => bob.decrypt('alice', type, damaged));
  assert.equal(bob.decrypt('alice', type, bytes).plain.toString(), 'first');
  // The session is there, so the prekey that is gone is not asked for again.
  assert.throws(() => bob.decrypt('alice', type, bytes), { name: 'ReplayError' });
  const stranger = new SignalAccount();
  assert.throws(() => stranger.decrypt('alice', type, bytes), /no such/);
});

test('two thousand numbers may be left out, and no more', () => {
  for (const [count, fits] of [[1990, true], [2001, false]] as const) {
    const [alice, bob] = pair();
    say(alice, bob, ['alice', 'bob'], 'hello');
    alice.skip('bob', count);
    const { type, bytes } = alice.encrypt('bob', text('far'));
    if (fits) assert.equal(bob.decrypt('alice', type, bytes).plain.toString(), 'far');
    else assert.throws(() => bob.decrypt('alice', type, bytes), /too many/);
  }
});

test('a copy has the past and not the future', () => {
  const [alice, bob] = pair();
  say(alice, bob, ['alice', 'bob'], 'hello');
  const late = alice.encrypt('bob', text('late'));
  const stolen = new SignalAccount(bob);
  assert.equal(stolen.decrypt('alice', late.type, late.bytes).plain.toString(), 'late');
  bob.decrypt('alice', late.type, late.bytes);
  // One turn heals.
  say(bob, alice, ['bob', 'alice'], 'a turn');
  const next = alice.encrypt('bob', text('next'));
  assert.throws(() => stolen.decrypt('alice', next.type, next.bytes), { name: 'WireError' });
  assert.equal(bob.decrypt('alice', next.type, next.bytes).plain.toString(), 'next');
  assert.ok(bob.privateKeys().some(([of]) => of === 'identity'));
});

test('keys that are forged or worthless are refused, a new identity is told', () => {
  const [alice, bob] = pair();
  const good = bundleOf(bob);
  const signature = Buffer.from(good.signedPreKey.signature);
  signature[0] = (signature[0] ?? 0) ^ 1;
  const forged = { ...good, signedPreKey: { ...good.signedPreKey, signature } };
  assert.throws(() => alice.startSession('bob', forged), /signature/);
  const zero = { ...good, preKey: { id: 1, key: Buffer.alloc(32) } };
  assert.throws(() => alice.startSession('bob', zero), /no agreement/);
  assert.equal(alice.startSession('bob', good), false);
  assert.equal(alice.startSession('bob', bundleOf(new SignalAccount())), true);
});

class LibsignalStore {
  readonly sessions = new Map<string, unknown>();
  readonly identity = libsignal.keyhelper.generateIdentityKeyPair();
  readonly preKey = libsignal.keyhelper.generatePreKey(5);
  readonly signed = libsignal.keyhelper.generateSignedPreKey(this.identity, 6);
  loadSession = async (id: string) => this.sessions.get(id);
  storeSession = async (id: string, session: unknown) => void this.sessions.set(id, session);
  isTrustedIdentity = () => true;
  loadPreKey = async () => this.preKey.keyPair;
  removePreKey = async () => {};
  loadSignedPreKey = () => this.signed.keyPair;
  getOurRegistrationId = async () => 77;
  getOurIdentity = () => this.identity;
}

test('conversations with libsignal, begun by either', async () => {
  const address = new libsignal.ProtocolAddress('us', 0);
  const store = new LibsignalStore();
  const cipher = new libsignal.SessionCipher(store, address);
  const own = new SignalAccount();
  own.startSession('them', {
    registrationId: 77,
    identity: store.identity.pubKey.subarray(1),
    signedPreKey: { id: 6, key: store.signed.keyPair.pubKey.subarray(1), signature: store.signed.signature },
    preKey: { id: 5, key: store.preKey.keyPair.pubKey.subarray(1) },
  });
  const first = own.encrypt('them', text('we begin'));
  assert.equal(String(await cipher.decryptPreKeyWhisperMessage(first.bytes)), 'we begin');
  for (let i = 0; i < 3; i += 1) {
    const back = await cipher.encrypt(text(`back ${i}`));
    const type = back.type === 3 ? 'pkmsg' : 'msg';
    assert.equal(own.decrypt('them', type, Buffer.from(back.body)).plain.toString(), `back ${i}`);
    const again = own.encrypt('them', text(`again ${i}`));
    assert.equal(again.type, 'msg');
    assert.equal(String(await cipher.decryptWhisperMessage(again.bytes)), `again ${i}`);
  }

  const other = new LibsignalStore();
  const bundle = bundleOf(own);
  await new libsignal.SessionBuilder(other, address).initOutgoing({
    registrationId: own.registrationId,
    identityKey: typed(bundle.identity),
    signedPreKey: {
      keyId: bundle.signedPreKey.id,
      publicKey: typed(bundle.signedPreKey.key),
      signature: bundle.signedPreKey.signature,
    },
    preKey: bundle.preKey && { keyId: bundle.preKey.id, publicKey: typed(bundle.preKey.key) },
  });
  const theirs = new libsignal.SessionCipher(other, address);
  const opening = await theirs.encrypt(text('they begin'));
  assert.equal(own.decrypt('other', 'pkmsg', Buffer.from(opening.body)).plain.toString(), 'they begin');
  const answer = own.encrypt('other', text('yes'));
  assert.equal(String(await theirs.decryptWhisperMessage(answer.bytes)), 'yes');
});

test('both ends agree', () => {
  const alice = keyPairOf(Buffer.alloc(32, 7));
  const bob = keyPairOf(Buffer.alloc(32, 9));
  assert.equal(
    agree(alice.privateKey, bob.publicKey).toString('hex'),
    agree(bob.privateKey, alice.publicKey).toString('hex'),
  );
});
