// The operations of the seat partner-client, as docs/scenarios.md has them. What stands here is all that
// the driver has; everything else is unsupported.
import { invalid, unsupported, type Arguments, type Operations } from '../driver/index.ts';
import { newKeyPair } from '../signal/curve.ts';
import { INTEROP, parseJid } from '../wire/jid.ts';
import { attribute, child, node } from '../wire/node.ts';
import { departs } from './defects.ts';
import { authorization } from './device.ts';
import { FORM_FAULTS } from './enlistment.ts';
import { answeredText, askForFile, digestText, uploadFile } from './media_transfer.ts';
import { newMessageId } from './message_id.ts';
import { NO_TAMPERING } from './media_tampering.ts';
import type { MediaKind, Quote } from './message_content.ts';
import { VERSION, type PartnerClient } from './partner_client.ts';
import { isTokenFlaw } from './token_flaws.ts';
import { UNUSUAL_OPERATIONS } from './unusual_operations.ts';

type Client = PartnerClient;

const MEDIA_KINDS: readonly MediaKind[] = ['image', 'video', 'voice', 'file'];
const ENLISTMENT_FAULTS = ['', 'bad-token', 'expired-token', 'unknown-integrator', ...FORM_FAULTS];
const BLOCKLIST = 'blocklist';
const MOST_SKEW = 100 * 365 * 86_400;

function quoteOf(client: Client, id: string): Quote | undefined {
  if (id === '' || departs('drops-quote')) return undefined;
  const received = client.receiver.shown(id);
  return {
    id,
    participant: received?.author ?? client.context.own,
    text: received?.text ?? client.sender.textOf(id) ?? '',
  };
}

function skewOf(given: Arguments): number {
  return given.has('skew') ? given.wholeNumber('skew', -MOST_SKEW, MOST_SKEW) : 0;
}

async function enlist(client: Client, given: Arguments) {
  given.only('fault', 'fresh_keys', 'version');
  const fault = given.textOr('fault', '');
  if (!ENLISTMENT_FAULTS.includes(fault) && !isTokenFlaw(fault)) {
    throw unsupported(`no fault "${fault}" of an enlistment`);
  }
  return client.enlist({
    fault,
    freshKeys: given.flagOr('fresh_keys', false),
    version: given.textOr('version', VERSION),
  });
}

async function connect(client: Client, given: Arguments) {
  given.only('static_key', 'token', 'version', 'account');
  if (given.has('static_key')) given.word('static_key', ['other']);
  const account = given.textOr('account', client.context.own);
  if (account !== '' && parseJid(account)?.server !== INTEROP) {
    throw invalid(`"${account}" is no address of a partner's user`);
  }
  return client.connect({
    ...(given.has('static_key') ? { staticKey: newKeyPair() } : {}),
    token: given.textOr('token', 'fresh'),
    version: given.textOr('version', VERSION),
    account,
  });
}

async function disconnect(client: Client, given: Arguments) {
  given.only('abruptly');
  const connection = client.context.connected();
  if (given.flagOr('abruptly', false)) connection.breakOff();
  else await connection.disconnect();
}

async function requestToken(client: Client, given: Arguments) {
  given.only('credential', 'identifier_of');
  const shown = given.has('credential')
    ? given.word('credential', ['own', 'absent', 'wrong'])
    : 'own';
  const whose = client.context.people.find(given.textOr('identifier_of', client.context.id));
  const identifier = whose?.settings['identifier'];
  if (typeof identifier !== 'string') throw invalid('no such partner user');
  const credentials = {
    own: authorization(client.context.id),
    absent: undefined,
    wrong: authorization('nobody'),
  };
  const answer = await client.tokens.ask(identifier, credentials[shown], '');
  if (answer.status !== 200) return { status: 'fail', reason: String(answer.status) };
  answeredText(answer, 'token');
  return { status: 'ok' };
}

async function sendText(client: Client, given: Arguments) {
  given.only('to', 'text', 'quote', 'skew');
  client.context.connected();
  const to = client.context.people.addressOf(given.text('to'));
  const quote = quoteOf(client, given.textOr('quote', ''));
  const skew = skewOf(given);
  const id = newMessageId();
  await client.sender.send(id, to, {
    content: { kind: 'text', text: given.text('text'), quote },
    time: skew === 0 ? undefined : client.context.seconds() + skew,
  });
  return { id };
}

async function sendMedia(client: Client, given: Arguments) {
  given.only('to', 'kind', 'name', 'mime', 'content', 'caption', 'quote');
  const of = client.context.people.find(client.context.id)?.of ?? '';
  if (client.context.people.find(of)?.settings['sends_media'] === false) {
    throw unsupported(`users of ${of} send no media`);
  }
  client.context.connected();
  const to = client.context.people.addressOf(given.text('to'));
  const content = given.bytes('content');
  const file = {
    kind: given.word('kind', MEDIA_KINDS),
    name: given.text('name'),
    mime: given.text('mime'),
    caption: given.textOr('caption', ''),
    content,
  };
  const id = newMessageId();
  const quote = quoteOf(client, given.textOr('quote', ''));
  const tampering = client.nextMedia;
  client.nextMedia = NO_TAMPERING;
  const media = await uploadFile(client.context, file, quote, tampering);
  await client.sender.send(id, to, { content: media });
  return { id, sha256: digestText(content), size: content.length };
}

async function react(client: Client, given: Arguments) {
  given.only('to', 'id', 'emoji', 'skew');
  client.context.connected();
  const to = client.context.people.addressOf(given.text('to'));
  const target = given.text('id');
  const id = newMessageId();
  await client.sender.send(id, to, {
    content: {
      kind: 'reaction',
      id: target,
      chat: to,
      fromMe: client.receiver.shown(target) === undefined,
      emoji: given.text('emoji'),
      timestampMs: client.context.clock.now() + 1000 * skewOf(given),
    },
  });
  return { id };
}

function typing(client: Client, given: Arguments) {
  given.only('to', 'state');
  const to = client.context.people.addressOf(given.text('to'));
  const state = node(given.word('state', ['composing', 'paused']));
  client.context.connected().send(node('chatstate', { to }, [state]));
  return { sent: true };
}

function read(client: Client, given: Arguments) {
  given.only('to', 'ids');
  const connection = client.context.connected();
  const [id, ...more] = given.texts('ids');
  if (id === undefined) throw invalid('argument "ids" is empty');
  if (!client.context.flag('read_receipts', true)) return { sent: false };
  const to = client.context.people.addressOf(given.text('to'));
  const items = more.map((one) => node('item', { id: one }));
  const list = items.length === 0 ? [] : [node('list', {}, items)];
  const t = String(client.context.seconds());
  connection.send(node('receipt', { id, to, type: 'read', t }, list));
  return { sent: true };
}

async function changeBlocklist(client: Client, given: Arguments, action: string) {
  given.only('who');
  const jid = client.context.people.addressOf(given.text('who'));
  const item = node('item', { action, jid });
  await client.context.connected().request({ type: 'set', xmlns: BLOCKLIST }, [item]);
}

async function blocklist(client: Client, given: Arguments) {
  given.only();
  const answer = await client.context.connected().request({ type: 'get', xmlns: BLOCKLIST });
  const items = child(answer, 'list')?.children ?? [];
  const addresses = items.map((item) => attribute(item, 'jid'));
  return { blocked: addresses.map((jid) => client.context.people.actorAt(jid) ?? jid) };
}

async function fetchKeys(client: Client, given: Arguments) {
  given.only('to');
  const peer = client.context.people.addressOf(given.text('to'));
  const { preKey } = await client.sessions.fetch(peer);
  return preKey === undefined ? { has_prekey: false } : { has_prekey: true, prekey_id: preKey.id };
}

async function pingUser(client: Client, given: Arguments) {
  given.only('to');
  const to = client.context.people.addressOf(given.text('to'));
  const asked = { to, type: 'set', xmlns: 'urn:parley:surrogate:reachability' };
  await client.context.connected().request(asked, [node('ping')]);
}

async function serverPing(client: Client, given: Arguments) {
  given.only();
  await client.context.connected().request({ type: 'get', xmlns: 'w:p' }, [node('ping')]);
}

async function retryMedia(client: Client, given: Arguments) {
  given.only('id');
  const id = given.text('id');
  if (client.receiver.mediaOf(id) === undefined) throw invalid(`no file of message ${id}`);
  const reason = await client.receiver.retryMedia(id).then(
    () => undefined,
    (thrown: Error) => thrown.message,
  );
  return reason === undefined ? { id, shown: true } : { id, shown: false, reason };
}

async function probeMedia(client: Client, given: Arguments) {
  given.only('id', 'range');
  const media = client.receiver.mediaOf(given.text('id'));
  if (media === undefined) throw invalid(`no file of message ${given.text('id')}`);
  const answer = await askForFile(client.context, media.directPath, given.textOr('range', ''));
  const range = answer.headers['content-range'];
  return {
    status: answer.status,
    size: answer.body.length,
    ...(typeof range === 'string' ? { content_range: range } : {}),
  };
}

async function sendLoop(client: Client, given: Arguments) {
  given.only('to', 'text', 'length');
  const to = client.context.people.addressOf(given.text('to'));
  const text = given.text('text');
  // Ids are the sender's to choose, so that it can quote what it has yet to send.
  const ids = Array.from({ length: given.wholeNumber('length', 1, 10) }, newMessageId);
  for (const [i, id] of ids.entries()) {
    const quote = quoteOf(client, ids[(i + 1) % ids.length] ?? id);
    await client.sender.send(id, to, { content: { kind: 'text', text, quote } });
  }
  return { id: ids.at(-1), ids };
}

async function skipMessages(client: Client, given: Arguments) {
  given.only('to', 'count');
  const to = client.context.people.addressOf(given.text('to'));
  await client.sessions.ensure(to);
  client.sessions.account.skip(to, given.wholeNumber('count', 1, 5000));
}

export const CLIENT_OPERATIONS: Operations<Client> = {
  enlist,
  connect,
  disconnect,
  'request-token': requestToken,
  'delete-account': (client, given) => {
    given.only();
    return client.deleteAccount();
  },
  'upload-keys': (client, given) => {
    given.only('count');
    return client.sessions.upload(given.wholeNumber('count', 1, 1000));
  },
  'key-count': async (client, given) => {
    given.only();
    return { count: await client.sessions.count() };
  },
  'fetch-keys': fetchKeys,
  'ping-user': pingUser,
  'server-ping': serverPing,
  'send-text': sendText,
  'send-media': sendMedia,
  react,
  typing,
  read,
  block: (client, given) => changeBlocklist(client, given, 'block'),
  unblock: (client, given) => changeBlocklist(client, given, 'unblock'),
  blocklist,
  'corrupt-next': (client, given) => {
    given.only();
    client.sender.corruptNext();
  },
  'extend-next': (client, given) => {
    given.only();
    client.sender.extendNext();
  },
  resend: async (client, given) => {
    given.only('id');
    await client.sender.resend(given.text('id'));
    return { id: given.text('id') };
  },
  'repeat-message': (client, given) => {
    given.only('id');
    client.sender.repeat(given.text('id'));
  },
  'skip-messages': skipMessages,
  'send-loop': sendLoop,
  'retry-media': retryMedia,
  'probe-media': probeMedia,
  ...UNUSUAL_OPERATIONS,
};
