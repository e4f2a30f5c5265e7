// The world: bob asks the gatekeeper for alice's keys, and it hands out what it likes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCode } from '../../src/driver/failure.ts';
import type { ChatConnection } from '../../src/partner/chat_connection.ts';
import { ClientContext } from '../../src/partner/client_context.ts';
import { Hosts } from '../../src/partner/hosts.ts';
import { ownKeysNode, registrationNode } from '../../src/partner/key_exchange.ts';
import { Sessions } from '../../src/partner/sessions.ts';
import { SignalAccount } from '../../src/signal/account.ts';
import { node, type Node } from '../../src/wire/node.ts';
import { PARTNER, session } from './world.ts';

const ALICE = '33612345678@s.whatsapp.net';

/** Every part of alice's keys with that name is changed so. */
function tampered(one: Node, path: string[], change: (bytes: Buffer) => Buffer): Node {
  const [tag, ...rest] = path;
  if (tag === undefined) return { ...one, content: change(Buffer.from(one.content as Buffer)) } as Node;
  const children = one.children.map((each) => (each.tag === tag ? tampered(each, rest, change) : each));
  return { ...one, children };
}

function sessionsWith(change: (keys: Node) => Node): Sessions {
  const [service] = PARTNER.services;
  assert.ok(service);
  const context = new ClientContext(session('bob'), new Hosts({}, ''), service, PARTNER.server);
  const alice = new SignalAccount();
  const keys = change(ownKeysNode(alice));
  const user = node('user', { jid: ALICE }, [registrationNode(alice), ...keys.children]);
  const answer = node('iq', { type: 'result' }, [node('list', {}, [user])]);
  // No more of a connection than asking takes.
  context.connection = { ended: false, request: async () => answer } as unknown as ChatConnection;
  return new Sessions(context);
}

const code = (wanted: number) => (thrown: unknown) => (thrown as { code?: number }).code === wanted;

test('a session begins with keys that hold', async () => {
  const sessions = sessionsWith((keys) => keys);
  await sessions.ensure(ALICE);
  assert.ok(sessions.account.hasSession(ALICE));
});

test('keys that nobody vouches for are answered with auth', async () => {
  const sessions = sessionsWith((keys) =>
    tampered(keys, ['skey', 'signature'], (bytes) => {
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return bytes;
    }),
  );
  await assert.rejects(sessions.ensure(ALICE), code(errorCode.auth));
  assert.ok(!sessions.account.hasSession(ALICE));
});

test('keys that allow no agreement are answered with invalid', async () => {
  const sessions = sessionsWith((keys) => tampered(keys, ['key', 'value'], () => Buffer.alloc(32)));
  await assert.rejects(sessions.ensure(ALICE), code(errorCode.invalid));
  assert.ok(!sessions.account.hasSession(ALICE));
});
