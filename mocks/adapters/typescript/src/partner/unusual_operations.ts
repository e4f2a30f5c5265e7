// Operations by which a scenario has the client do what no user asks for, looks at its keys without seeing
// them, and breaks into it.
import { invalid, type Arguments, type JsonObject, type Operations } from '../driver/index.ts';
import { SignalAccount } from '../signal/account.ts';
import { fingerprint as fingerprintOf } from './fingerprint.ts';
import { digestText, uploadFile } from './media_transfer.ts';
import { FORGED_PATHS, MEDIA_PARTS } from './media_tampering.ts';
import { newMessageId } from './message_id.ts';
import { oddFrame, oddStanza } from './odd_frames.ts';
import type { PartnerClient } from './partner_client.ts';
import {
  MALFORMATIONS,
  NATIVE_KINDS,
  hasFile,
  malformedContent,
  nativeContent,
} from './unusual_content.ts';

type Client = PartnerClient;
const MOST_THEFTS = 100;

function corruptNextMedia(client: Client, given: Arguments): void {
  given.only('part', 'reference');
  const part = given.word('part', MEDIA_PARTS);
  client.nextMedia = part === 'reference' ? { part, path: given.word('reference', FORGED_PATHS) } : { part };
}

async function sendMalformed(client: Client, given: Arguments) {
  given.only('to', 'kind', 'text');
  const to = client.context.people.addressOf(given.text('to'));
  const raw = malformedContent(given.word('kind', MALFORMATIONS), given.text('text'));
  const id = newMessageId();
  const content = { kind: 'unsupported' as const, fields: [] };
  await client.sender.send(id, to, { content, raw, padded: true });
  return { id };
}

async function sendUnsupported(client: Client, given: Arguments) {
  given.only('to', 'kind', 'text');
  const to = client.context.people.addressOf(given.text('to'));
  const kind = given.word('kind', NATIVE_KINDS);
  const image = { kind: 'image', name: '', mime: 'image/jpeg', caption: '' } as const;
  const file = hasFile(kind)
    ? await uploadFile(client.context, { ...image, content: Buffer.alloc(200, 0x5a) })
    : undefined;
  const raw = nativeContent(kind, given.text('text'), file);
  const id = newMessageId();
  // A native client's stanza says "media" where there is a file.
  await client.sender.send(id, to, { content: file ?? { kind: 'unsupported', fields: [] }, raw });
  return { id };
}

async function fingerprint(client: Client, given: Arguments) {
  given.only('of');
  const peer = client.context.people.addressOf(given.text('of'));
  const { account } = client.sessions;
  const identity = account.identityOf(peer) ?? (await client.sessions.fetch(peer)).identity;
  const own = { name: client.context.own, identity: account.identity.publicKey };
  return { digits: fingerprintOf(own, { name: peer, identity }) };
}

function inject(client: Client, given: Arguments): void {
  given.only('what');
  const connection = client.context.connected();
  const what = given.text('what');
  const id = newMessageId();
  const frame = oddFrame(what);
  const stanza = oddStanza(what, id);
  if (frame === undefined && stanza === undefined) throw invalid(`nothing odd is called "${what}"`);
  const odd = stanza === undefined ? {} : { id, malformed: true };
  client.context.emit('disturbed', { kind: what, to: client.context.id, ...odd });
  if (frame !== undefined) connection.sendBytes(frame);
  else if (stanza !== undefined) connection.send(stanza);
}

/** How some bytes are recognised by who does not know them: their first two, to know where to look, and a
 * digest of them all, in each form in which they could travel. */
function digestsOf(of: string, key: Buffer, isPublic: boolean): JsonObject[] {
  const forms: [string, Buffer][] = [
    ['raw', key],
    ['hex', Buffer.from(key.toString('hex'))],
    ['capital-hex', Buffer.from(key.toString('hex').toUpperCase())],
    ['base64', Buffer.from(key.toString('base64').replace(/=+$/, ''))],
    ['base64url', Buffer.from(key.toString('base64url'))],
  ];
  return forms.map(([form, bytes]) => ({
    of,
    form,
    size: bytes.length,
    mark: bytes.readUInt16BE(),
    sha256: digestText(bytes),
    ...(isPublic ? { public: true } : {}),
  }));
}

function secretDigests(client: Client, given: Arguments) {
  given.only();
  const { account } = client.sessions;
  return {
    digests: [
      ...account.privateKeys().flatMap(([of, key]) => digestsOf(of, key, false)),
      // Every peer gets this one: who does not find it has not looked.
      ...digestsOf('public identity', account.identity.publicKey, true),
    ],
  };
}

function stealState(client: Client, given: Arguments) {
  given.only();
  if (client.thefts.length >= MOST_THEFTS) throw invalid('a device can be broken into 100 times');
  client.thefts.push(new SignalAccount(client.sessions.account));
  return { theft: client.thefts.length };
}

/** With the keys as they were stolen, and with what they became by the messages before. */
function tryDecrypt(client: Client, given: Arguments) {
  given.only('theft', 'ids');
  const stolen = client.thefts[given.wholeNumber('theft', 1, MOST_THEFTS) - 1];
  if (stolen === undefined) throw invalid('nothing was stolen under that number');
  const movedOn = new SignalAccount(stolen);
  const opened: string[] = [];
  const closed: string[] = [];
  for (const id of given.texts('ids')) {
    const message = client.receiver.overheard(id);
    if (message === undefined) throw invalid(`no message ${id} was overheard`);
    const { from, type, bytes } = message;
    // Every copy has to see the message.
    const outcomes = [movedOn, new SignalAccount(stolen)].map((account) => {
      try {
        account.decrypt(from, type, bytes);
        return true;
      } catch {
        return false;
      }
    });
    (outcomes.includes(true) ? opened : closed).push(id);
  }
  return { opened, closed };
}

export const UNUSUAL_OPERATIONS: Operations<Client> = {
  'corrupt-next-media': corruptNextMedia,
  'send-malformed': sendMalformed,
  'send-unsupported': sendUnsupported,
  fingerprint,
  inject,
  'secret-digests': secretDigests,
  'steal-state': stealState,
  'try-decrypt': tryDecrypt,
};
