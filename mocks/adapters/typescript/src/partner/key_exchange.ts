// Keys over the chat channel: uploading our own, fetching those of others.
import { refused } from '../driver/index.ts';
import type { Bundle, PreKey, SignalAccount } from '../signal/account.ts';
import { KEY_TYPE } from '../signal/curve.ts';
import { WireError, bigEndian } from '../wire/bytes.ts';
import { attribute, child, contentOf, node, numberAttribute, type Node } from '../wire/node.ts';
import type { ChatConnection } from './chat_connection.ts';

const NAMESPACE = 'encrypt';
const bytes = (tag: string, content: Buffer): Node => node(tag, {}, content);
const TYPE = bytes('type', Buffer.from([KEY_TYPE]));

function preKeyNode({ id, key }: PreKey): Node {
  return node('key', {}, [bytes('id', bigEndian(id, 3)), bytes('value', key.publicKey)]);
}

function signedPreKeyNode({ signedPreKey: { id, key, signature } }: SignalAccount): Node {
  return node('skey', {}, [
    bytes('id', bigEndian(id, 3)),
    bytes('value', key.publicKey),
    bytes('signature', signature),
  ]);
}

export const registrationNode = (account: SignalAccount): Node =>
  bytes('registration', bigEndian(account.registrationId, 4));

/** All that somebody needs to write to us, with a fresh one-time prekey. */
export function ownKeysNode(account: SignalAccount): Node {
  const identity = bytes('identity', account.identity.publicKey);
  const fresh = account.newPreKeys(1).map(preKeyNode);
  return node('keys', {}, [TYPE, identity, ...fresh, signedPreKeyNode(account)]);
}

export async function uploadKeys(
  connection: ChatConnection,
  account: SignalAccount,
  count: number,
): Promise<void> {
  await connection.request({ type: 'set', xmlns: NAMESPACE }, [
    registrationNode(account),
    TYPE,
    bytes('identity', account.identity.publicKey),
    node('list', {}, account.newPreKeys(count).map(preKeyNode)),
    signedPreKeyNode(account),
  ]);
}

/** How many of our one-time prekeys the server has left. */
export async function countKeys(connection: ChatConnection): Promise<number> {
  const answer = await connection.request({ type: 'get', xmlns: NAMESPACE }, [node('count')]);
  return numberAttribute(child(answer, 'count'), 'value');
}

function sized(content: Buffer, size: number, what: string): Buffer {
  if (content.length !== size) throw new WireError(`${what} has ${content.length} bytes`);
  return content;
}

/** A bundle as <user> and as <receipt type=retry> carry it, where `registration` stands beside. */
export function bundleIn(keys: Node, registration: Node): Bundle {
  const skey = child(keys, 'skey');
  const key = child(keys, 'key');
  return {
    registrationId: sized(contentOf(registration, 'registration'), 4, 'registration').readUInt32BE(),
    identity: sized(contentOf(keys, 'identity'), 32, 'identity'),
    signedPreKey: {
      id: sized(contentOf(skey, 'id'), 3, 'id').readUIntBE(0, 3),
      key: sized(contentOf(skey, 'value'), 32, 'value'),
      signature: sized(contentOf(skey, 'signature'), 64, 'signature'),
    },
    preKey:
      key === undefined
        ? undefined
        : {
            id: sized(contentOf(key, 'id'), 3, 'id').readUIntBE(0, 3),
            key: sized(contentOf(key, 'value'), 32, 'value'),
          },
  };
}

/** `changed`: the keys that we have are no longer those of the peer. */
export async function fetchKeys(
  connection: ChatConnection,
  peer: string,
  changed = false,
): Promise<Bundle> {
  const asked = node('user', { jid: peer, reason: changed ? 'identity' : undefined });
  const answer = await connection.request({ type: 'get', xmlns: NAMESPACE }, [
    node('key', {}, [asked]),
  ]);
  const users = child(answer, 'list')?.children ?? [];
  const user = users.find((one) => attribute(one, 'jid') === peer);
  if (user === undefined) throw refused('the server says nothing of the user');
  const error = child(user, 'error');
  if (error !== undefined) {
    throw refused(`${attribute(error, 'code')} ${attribute(error, 'text')}`.trim());
  }
  return bundleIn(user, user);
}
