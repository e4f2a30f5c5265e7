// The world: a receiver that gets what a scenario has the sender send, and two people who compare keys.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeFileName } from '../../src/partner/file_name.ts';
import { fingerprint } from '../../src/partner/fingerprint.ts';
import { damagedMac } from '../../src/partner/message_sender.ts';
import { decodeContent, unpad } from '../../src/partner/message_content.ts';
import { oddFrame, oddStanza } from '../../src/partner/odd_frames.ts';
import { proxyPreface } from '../../src/partner/proxy.ts';
import { MALFORMATIONS, NATIVE_KINDS, hasFile, malformedContent, nativeContent } from '../../src/partner/unusual_content.ts';
import { ServerFrames, clientFrame } from '../../src/partner/websocket.ts';
import { SignalAccount } from '../../src/signal/account.ts';

test('no malformed message is shown', () => {
  for (const kind of MALFORMATIONS) {
    assert.throws(() => decodeContent(unpad(malformedContent(kind, 'a text'))), kind);
  }
});

test('messages of functions that are not shared are told, or shown as what they wrap', () => {
  const shown = NATIVE_KINDS.filter((kind) => !hasFile(kind)).map((kind) => {
    const { content } = decodeContent(nativeContent(kind, 'a text', undefined));
    return [kind, content.kind];
  });
  assert.deepEqual(shown, [
    ['poll', 'unsupported'],
    ['contact', 'unsupported'],
    ['location', 'unsupported'],
    ['disappearing', 'text'],
  ]);
  assert.throws(() => nativeContent('sticker', 'a text', undefined), /has a file/);
});

test('odd frames announce more, or less, than comes', () => {
  assert.deepEqual(oddFrame('zero-frame'), Buffer.from([0, 0, 0]));
  assert.equal(oddFrame('truncated-frame')?.length, 43);
  assert.equal(oddFrame('toString'), undefined);
  assert.equal(oddStanza('unknown-stanza', 'x')?.tag, 'parley-novelty');
  assert.equal(oddStanza('constructor', 'x'), undefined);
});

test('both sides see the same number, and another one for another key', () => {
  const [one, other, third] = ['a', 'b', 'b'].map((name) => ({
    name: `${name}@s.whatsapp.net`,
    identity: new SignalAccount().identity.publicKey,
  }));
  assert.ok(one && other && third);
  assert.match(fingerprint(one, other), /^\d{60}$/);
  assert.equal(fingerprint(one, other), fingerprint(other, one));
  assert.notEqual(fingerprint(one, other), fingerprint(one, third));
});

test('a damaged MAC changes one byte, of the inner message where there is one', () => {
  const [alice, bob] = [new SignalAccount(), new SignalAccount()];
  const { id, key, signature } = bob.signedPreKey;
  alice.startSession('bob', {
    registrationId: bob.registrationId,
    identity: bob.identity.publicKey,
    signedPreKey: { id, key: key.publicKey, signature },
    preKey: undefined,
  });
  const first = alice.encrypt('bob', Buffer.from('a'));
  assert.throws(() => bob.decrypt('alice', 'pkmsg', damagedMac(first.bytes)), /MAC does not fit/);
  bob.decrypt('alice', 'pkmsg', first.bytes);
  const back = bob.encrypt('alice', Buffer.from('b'));
  assert.throws(() => alice.decrypt('bob', 'msg', damagedMac(back.bytes)), /MAC does not fit/);
});

test('a file name is no path and turns nothing around', () => {
  const names: [string, string][] = [
    ['../../etc/passwd', 'passwd'],
    ['C:\\x\\a.txt', 'a.txt'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['..', 'file'],
    ['', 'file'],
    ['ü'.repeat(200), 'ü'.repeat(127)],
  ];
  for (const [name, safe] of names) assert.equal(safeFileName(name), safe);
});

test('the preface of a proxied connection says the address', () => {
  assert.equal(
    proxyPreface('10.0.0.1').toString('hex'),
    '0d0a0d0a000d0a515549540a2100000be0000831302e302e302e31',
  );
});

test('WebSocket frames of every size are written masked, and read unmasked in any pieces', () => {
  for (const size of [0, 125, 126, 65_535, 65_536]) {
    const written = clientFrame(2, Buffer.alloc(size, 3));
    assert.equal((written[1] ?? 0) & 0x80, 0x80);
    const head = size < 126 ? 2 : size < 65_536 ? 4 : 10;
    const mask = written.subarray(head, head + 4);
    const payload = written.subarray(head + 4).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
    const unmasked = Buffer.concat([written.subarray(0, head), payload]);
    unmasked[1] = (unmasked[1] ?? 0) & 0x7f;
    const frames = new ServerFrames();
    assert.deepEqual(frames.push(unmasked.subarray(0, 1)), []);
    assert.deepEqual(frames.push(unmasked.subarray(1)), [{ opcode: 2, payload: Buffer.alloc(size, 3) }]);
  }
  assert.throws(() => new ServerFrames().push(clientFrame(2, Buffer.from('a'))), /malformed/);
});
