// What a message shows, in the words of the scenario language.
import { WAMessageStubType, extractMessageContent, getContentType } from 'baileys';

const media = {
  imageMessage: 'image',
  videoMessage: 'video',
  audioMessage: 'voice',
  documentMessage: 'file',
};

function withText(facts, name, value) {
  if (value) facts[name] = value;
  return facts;
}

function textFacts(content) {
  const text = content.conversation ?? content.extendedTextMessage?.text;
  if (typeof text !== 'string') return undefined;
  return { kind: 'text', text };
}

function mediaFacts(type, body) {
  const facts = { kind: media[type] };
  withText(facts, 'mime', body.mimetype);
  withText(facts, 'name', body.fileName);
  withText(facts, 'caption', body.caption);
  return facts;
}

/** Whether Baileys could not decrypt the message. */
export function isUndecryptable(message) {
  return message.messageStubType === WAMessageStubType.CIPHERTEXT && !message.message;
}

export function isMedia(facts) {
  return Object.values(media).includes(facts.kind);
}

/** The facts of the content; undefined where there is nothing to show, as with a reaction, which
    Baileys tells of by itself, or a message that only carries keys. */
export function contentFacts(message) {
  const content = extractMessageContent(message.message);
  const type = getContentType(content);
  if (type === undefined || type === 'reactionMessage') return undefined;
  if (type === 'protocolMessage') {
    const revoked = content.protocolMessage.key?.id;
    return content.protocolMessage.type === 0 && revoked ? { kind: 'revoke', target: revoked } : undefined;
  }
  const body = content[type];
  const facts = textFacts(content) ?? (media[type] ? mediaFacts(type, body) : { kind: 'unsupported' });
  return withText(facts, 'quote', body?.contextInfo?.stanzaId);
}
