// The operations of the driver contract that an application of Baileys can perform. Names, arguments and
// results are those of docs/scenarios.md. What is not in the table is unsupported: Baileys has no
// settings for third-party chats, for one.
import { S_WHATSAPP_NET, getBinaryNodeChild } from 'baileys';
import { bytes, onlyArguments, text, textOr, texts, wholeNumber, word } from './arguments.mjs';
import { Failure, code, timedOut } from './failure.mjs';
import { digest, kinds, outgoing } from './file_transfer.mjs';

const MOST_PREKEYS = 1000;

/** Sends an iq as Baileys does; Baileys gives nothing where no answer came in time. */
async function ask(socket, namespace, child) {
  const answer = await socket.query({
    tag: 'iq',
    attrs: { type: 'get', xmlns: namespace, to: S_WHATSAPP_NET },
    content: [{ tag: child, attrs: {} }],
  });
  if (answer === undefined) throw timedOut(`no answer to <${child}>`);
  return answer;
}

async function connect({ client }, given) {
  onlyArguments(given, []);
  return client.connect();
}

async function disconnect({ client }, given) {
  onlyArguments(given, []);
  await client.disconnect();
  return {};
}

async function serverPing({ client }, given) {
  onlyArguments(given, []);
  await ask(client.socket, 'w:p', 'ping');
  return {};
}

async function uploadKeys({ client }, given) {
  onlyArguments(given, ['count']);
  await client.socket.uploadPreKeys(wholeNumber(given, 'count', MOST_PREKEYS));
  return {};
}

async function keyCount({ client }, given) {
  onlyArguments(given, []);
  const answer = await ask(client.socket, 'encrypt', 'count');
  const count = Number(getBinaryNodeChild(answer, 'count')?.attrs.value);
  if (!Number.isInteger(count)) throw new Failure(code.failed, 'an answer without a count');
  return { count };
}

/** Sends, keeps the message for later, and gives its id. `contentFor` makes what Baileys wants of the
    recipient's address. */
async function send({ client, contacts, store }, to, contentFor, quote) {
  const socket = client.socket; // throws before anybody is looked up
  const address = await contacts.addressOf(to);
  const options = quote ? { quoted: store.quotable(quote, address) } : {};
  const message = await socket.sendMessage(address, contentFor(address), options);
  store.keep(message);
  return message.key.id;
}

async function sendText(app, given) {
  onlyArguments(given, ['to', 'text', 'quote']);
  // Without a preview, for which Baileys would visit links.
  const content = { text: text(given, 'text'), linkPreview: null };
  return { id: await send(app, text(given, 'to'), () => content, textOr(given, 'quote', '')) };
}

async function sendMedia(app, given) {
  onlyArguments(given, ['to', 'kind', 'name', 'mime', 'content', 'caption', 'quote']);
  const file = {
    kind: word(given, 'kind', kinds),
    name: text(given, 'name'),
    mime: text(given, 'mime'),
    caption: textOr(given, 'caption', ''),
    content: bytes(given, 'content'),
  };
  const content = outgoing(file);
  const id = await send(app, text(given, 'to'), () => content, textOr(given, 'quote', ''));
  return { id, ...digest(file.content) };
}

async function react(app, given) {
  onlyArguments(given, ['to', 'id', 'emoji']);
  const [id, emoji] = [text(given, 'id'), text(given, 'emoji')];
  const contentFor = (chat) => ({ react: { text: emoji, key: app.store.keyOf(id, chat) } });
  return { id: await send(app, text(given, 'to'), contentFor) };
}

async function typing({ client, contacts }, given) {
  onlyArguments(given, ['to', 'state']);
  const state = word(given, 'state', ['composing', 'paused']);
  const to = text(given, 'to');
  const socket = client.socket;
  await socket.sendPresenceUpdate(state, await contacts.addressOf(to));
  return { sent: true };
}

/** One call for all of them; Baileys sends one receipt for each chat and sender. Where the account shows
    no read receipts, Baileys tells the account's own devices only. */
async function read({ client, contacts, store }, given) {
  onlyArguments(given, ['to', 'ids']);
  const [to, ids] = [text(given, 'to'), texts(given, 'ids')];
  const socket = client.socket;
  const chat = await contacts.addressOf(to);
  await socket.readMessages(
    ids.map((id) => store.find(id)?.key ?? { remoteJid: chat, id, fromMe: false }),
  );
  return { sent: (await socket.fetchPrivacySettings()).readreceipts === 'all' };
}

function changeBlocklist(action) {
  return async ({ client, contacts }, given) => {
    onlyArguments(given, ['who']);
    const who = text(given, 'who');
    await client.socket.updateBlockStatus(await contacts.addressOf(who), action);
    return {};
  };
}

async function blocklist({ client, contacts }, given) {
  onlyArguments(given, []);
  const addresses = await client.socket.fetchBlocklist();
  return { blocked: await Promise.all(addresses.map((address) => contacts.nameOf(address))) };
}

async function corruptNext({ client }, given) {
  onlyArguments(given, []);
  client.damage.armNext();
  return {};
}

/** Names to functions of the application {client, contacts, store} and the arguments. */
export const operations = {
  'block': changeBlocklist('block'),
  'blocklist': blocklist,
  'connect': connect,
  'corrupt-next': corruptNext,
  'disconnect': disconnect,
  'key-count': keyCount,
  'react': react,
  'read': read,
  'send-media': sendMedia,
  'send-text': sendText,
  'server-ping': serverPing,
  'typing': typing,
  'unblock': changeBlocklist('unblock'),
  'upload-keys': uploadKeys,
};
