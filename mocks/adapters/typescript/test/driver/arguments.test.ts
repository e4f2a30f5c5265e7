// The world: a harness that gives right and wrong arguments.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arguments } from '../../src/driver/arguments.ts';
import { withoutSecrets } from '../../src/driver/log.ts';

const given = new Arguments({ to: 'bob', ids: ['a'], count: 3, on: true, content: 'AAE=' });

test('arguments are read by their types', () => {
  assert.equal(given.text('to'), 'bob');
  assert.equal(given.textOr('quote', 'none'), 'none');
  assert.deepEqual(given.texts('ids'), ['a']);
  assert.equal(given.wholeNumber('count', 0, 3), 3);
  assert.equal(given.flagOr('on', false), true);
  assert.equal(given.flagOr('off', false), false);
  assert.equal(given.word('to', ['alice', 'bob']), 'bob');
  assert.deepEqual(given.bytes('content'), Buffer.from([0, 1]));
});

test('a wrong argument is named', () => {
  assert.throws(() => given.text('count'), /"count" must be a text/);
  assert.throws(() => given.texts('to'), /"to" must be a list/);
  assert.throws(() => given.wholeNumber('count', 0, 2), /"count" must be a whole number from 0 to 2/);
  assert.throws(() => given.flagOr('to', true), /"to" must be true or false/);
  assert.throws(() => given.word('to', ['alice']), /"to" must be one of alice/);
  assert.throws(() => given.bytes('to'), /"to" must be base64/);
});

test('an argument that nobody knows is refused', () => {
  given.only('to', 'ids', 'count', 'on', 'content');
  assert.throws(() => given.only('to'), /unknown argument "ids"; known: to/);
});

test('what looks like a secret is left out of a log', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----';
  assert.equal(withoutSecrets(`key ${pem}.`), 'key (key).');
  assert.equal(withoutSecrets('eyJhbGciOi.eyJpc3MiOi.c2ln at 12:00'), '(token) at 12:00');
  assert.equal(withoutSecrets('no route to birdy.partner.test:443'), 'no route to birdy.partner.test:443');
});
