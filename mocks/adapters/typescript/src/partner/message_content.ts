// What a message says: between the protobuf of the chat protocol and what a user sees.
import { randomInt } from 'node:crypto';
import type { JsonObject } from '../driver/json.ts';
import { WireError } from '../wire/bytes.ts';
import {
  bytesOf,
  decode,
  encode,
  fieldNumbers,
  messageOf,
  numberOf,
  textOf,
  type Message,
} from '../wire/protobuf.ts';
import { MESSAGE } from './message_schema.ts';

export type MediaKind = 'image' | 'video' | 'voice' | 'file';

export interface Quote {
  readonly id: string;
  readonly participant: string;
  readonly text: string;
}

export interface TextContent {
  readonly kind: 'text';
  readonly text: string;
  readonly quote?: Quote | undefined;
}

export interface MediaContent {
  readonly kind: MediaKind;
  readonly mime: string;
  readonly name: string;
  readonly caption: string;
  readonly key: Buffer;
  readonly fileSha256: Buffer;
  readonly encryptedSha256: Buffer;
  readonly size: number;
  readonly directPath: string;
  /** Seconds since 1970; 0 where it is not said. */
  readonly keyTime: number;
  readonly sidecar: Buffer;
  readonly quote?: Quote | undefined;
}

export interface ReactionContent {
  readonly kind: 'reaction';
  readonly id: string;
  readonly chat: string;
  readonly fromMe: boolean;
  /** Empty takes the reaction back. */
  readonly emoji: string;
  readonly timestampMs: number;
}

export interface RevokeContent {
  readonly kind: 'revoke';
  readonly id: string;
}

/** A message of later versions, or of functions that are not shared. */
export interface UnsupportedContent {
  readonly kind: 'unsupported';
  readonly fields: number[];
}

export type Content =
  | TextContent
  | MediaContent
  | ReactionContent
  | RevokeContent
  | UnsupportedContent;

const MOST_BYTES = 512 * 1024;
const MOST_FILE_BYTES = 2 * 1024 * 1024 * 1024;
const MOST_ID = 256;
const REVOKE = 0;

const MEDIA_MEMBERS: Readonly<Record<MediaKind, string>> = {
  image: 'imageMessage',
  video: 'videoMessage',
  voice: 'audioMessage',
  file: 'documentMessage',
};

export function isMedia(content: Content): content is MediaContent {
  return Object.hasOwn(MEDIA_MEMBERS, content.kind);
}

/** The `type` of the stanza that carries it. */
export function stanzaType(content: Content): string {
  if (isMedia(content)) return 'media';
  return content.kind === 'reaction' ? 'reaction' : 'text';
}

/** What it says, as events tell it. */
export function contentFacts(content: Content): JsonObject {
  if (isMedia(content)) {
    return {
      kind: content.kind,
      sha256: content.fileSha256.toString('hex'),
      size: content.size,
      mime: content.mime,
      ...(content.name === '' ? {} : { name: content.name }),
      ...(content.caption === '' ? {} : { caption: content.caption }),
      ...(content.quote === undefined ? {} : { quote: content.quote.id }),
    };
  }
  switch (content.kind) {
    case 'text':
      return {
        kind: 'text',
        text: content.text,
        ...(content.quote === undefined ? {} : { quote: content.quote.id }),
      };
    case 'reaction':
      return { kind: 'reaction', target: content.id, emoji: content.emoji };
    case 'revoke':
      return { kind: 'revoke', target: content.id };
    case 'unsupported':
      return { kind: 'unsupported', fields: content.fields };
  }
}

// --- Writing ---------------------------------------------------------------------------------------

function context(quote: Quote | undefined): Message | undefined {
  if (quote === undefined) return undefined;
  const { id, participant, text } = quote;
  // A quote of something other than text still has to quote a message.
  return { stanzaId: id, participant, quotedMessage: { conversation: text } };
}

function mediaMessage(media: MediaContent): Message {
  const message: Message = {
    directPath: media.directPath,
    mimetype: media.mime,
    fileSha256: media.fileSha256,
    fileEncSha256: media.encryptedSha256,
    mediaKey: media.key,
    fileLength: media.size,
    mediaKeyTimestamp: media.keyTime === 0 ? undefined : media.keyTime,
    contextInfo: context(media.quote),
    sidecar: media.sidecar.length === 0 ? undefined : media.sidecar,
    ptt: media.kind === 'voice' ? true : undefined,
    caption: media.caption === '' ? undefined : media.caption,
    fileName: media.name === '' ? undefined : media.name,
    title: media.name === '' ? undefined : media.name,
  };
  const whole = { [MEDIA_MEMBERS[media.kind]]: message };
  // The native clients wrap a document that has a caption, so that old ones show at least the file.
  const wraps = media.kind === 'file' && media.caption !== '';
  return wraps ? { documentWithCaptionMessage: { message: whole } } : whole;
}

function messageFor(content: Content): Message {
  if (isMedia(content)) return mediaMessage(content);
  switch (content.kind) {
    case 'text':
      return content.quote === undefined
        ? { conversation: content.text }
        : { extendedTextMessage: { text: content.text, contextInfo: context(content.quote) } };
    case 'reaction': {
      const { id, chat, fromMe, emoji, timestampMs } = content;
      return { reactionMessage: { key: { remoteJid: chat, fromMe, id }, text: emoji, timestampMs } };
    }
    case 'revoke':
    case 'unsupported':
      throw new Error(`a message of kind ${content.kind} is not written`);
  }
}

/** `secret` is the key of a commitment, where the message has one. */
export function encodeContent(content: Content, secret?: Buffer): Buffer {
  const message = messageFor(content);
  if (secret !== undefined) message['messageContextInfo'] = { messageSecret: secret };
  return encode(MESSAGE, message);
}

// --- Reading ---------------------------------------------------------------------------------------

function text(message: Message | undefined): string {
  return textOf(message, 'conversation') || textOf(messageOf(message, 'extendedTextMessage'), 'text');
}

function checkedId(id: string): string {
  if (id === '') throw new WireError('the id of a message is missing');
  if (Buffer.byteLength(id) > MOST_ID) throw new WireError('the id of a message is too long');
  return id;
}

function quoteIn(message: Message): Quote | undefined {
  const info = messageOf(message, 'contextInfo');
  const id = textOf(info, 'stanzaId');
  if (id === '') return undefined;
  return {
    id: checkedId(id),
    participant: textOf(info, 'participant'),
    text: text(messageOf(info, 'quotedMessage')),
  };
}

function digest(message: Message, name: string): Buffer {
  const bytes = bytesOf(message, name);
  if (bytes.length !== 32) throw new WireError(`${name} is not 32 bytes long`);
  return bytes;
}

function readMedia(kind: MediaKind, message: Message): MediaContent {
  const size = message['fileLength'];
  if (typeof size !== 'number' || size > MOST_FILE_BYTES) {
    throw new WireError('media lack a length, or are too large');
  }
  const mime = textOf(message, 'mimetype');
  const directPath = textOf(message, 'directPath');
  if (mime === '') throw new WireError('media lack a type');
  if (directPath === '' && textOf(message, 'url') === '') throw new WireError('media lack an address');
  return {
    kind,
    mime,
    directPath,
    size,
    name: textOf(message, 'fileName') || textOf(message, 'title'),
    caption: textOf(message, 'caption'),
    key: digest(message, 'mediaKey'),
    fileSha256: digest(message, 'fileSha256'),
    encryptedSha256: digest(message, 'fileEncSha256'),
    keyTime: numberOf(message, 'mediaKeyTimestamp'),
    sidecar: bytesOf(message, 'sidecar'),
    quote: quoteIn(message),
  };
}

function readText(said: string, quote: Quote | undefined): TextContent {
  if (said === '') throw new WireError('a text is empty');
  return { kind: 'text', text: said, quote };
}

function readReaction(message: Message): ReactionContent {
  const emoji = message['text'];
  // Without the member, a reaction taken back could not be told from a damaged one.
  if (typeof emoji !== 'string') throw new WireError('a reaction lacks its text');
  const key = messageOf(message, 'key');
  return {
    kind: 'reaction',
    id: checkedId(textOf(key, 'id')),
    chat: textOf(key, 'remoteJid'),
    fromMe: key?.['fromMe'] === true,
    emoji,
    timestampMs: numberOf(message, 'timestampMs'),
  };
}

type Reader = (inner: Message) => Content | undefined;

const wrapped: Reader = (inner) => readMessage(messageOf(inner, 'message') ?? {});

/** By the field's number. */
const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [3, (inner) => readMedia('image', inner)],
  [6, (inner) => readText(textOf(inner, 'text'), quoteIn(inner))],
  [7, (inner) => readMedia('file', inner)],
  [8, (inner) => readMedia('voice', inner)],
  [9, (inner) => readMedia('video', inner)],
  [12, (inner) =>
    inner['type'] === REVOKE
      ? { kind: 'revoke', id: checkedId(textOf(messageOf(inner, 'key'), 'id')) }
      : undefined],
  [37, wrapped],
  [40, wrapped],
  [46, readReaction],
  [53, wrapped],
  [66, (inner) => readMedia('video', inner)],
]);

/** Fields that only accompany a content. */
const COMPANIONS = new Set([2, 35]);

function readMessage(message: Message): Content {
  const fields = fieldNumbers(message).filter((number) => !COMPANIONS.has(number));
  if (fields.length === 0) {
    if (fieldNumbers(message).includes(2)) return { kind: 'unsupported', fields: [2] };
    throw new WireError('a message has no content');
  }
  // Fields of later versions may accompany a content that we know; two that we know contradict.
  const known = fields.filter((number) => MESSAGE[number] !== undefined);
  if (known.length > 1) throw new WireError('a message has two contents');
  const [number] = known;
  if (number === undefined) return { kind: 'unsupported', fields };
  if (number === 1) return readText(textOf(message, 'conversation'), undefined);
  const inner = messageOf(message, MESSAGE[number]?.name ?? '');
  const content = inner === undefined ? undefined : READERS.get(number)?.(inner);
  return content ?? { kind: 'unsupported', fields: [number] };
}

export interface Opened {
  readonly content: Content;
  /** The key of a commitment, where the message has one. */
  readonly secret: Buffer | undefined;
}

/** Throws WireError for what no client can make anything of. */
export function decodeContent(protobuf: Buffer): Opened {
  if (protobuf.length > MOST_BYTES) throw new WireError('a message is over 512 KiB');
  const message = decode(MESSAGE, protobuf);
  const secret = bytesOf(messageOf(message, 'messageContextInfo'), 'messageSecret');
  return { content: readMessage(message), secret: secret.length === 32 ? secret : undefined };
}

// --- Padding ---------------------------------------------------------------------------------------

/** Hides the length: 1 to 16 bytes, each of which is their number. */
export function pad(protobuf: Buffer, count: number = randomInt(1, 17)): Buffer {
  return Buffer.concat([protobuf, Buffer.alloc(count, count)]);
}

export function unpad(padded: Buffer): Buffer {
  const count = padded[padded.length - 1] ?? 0;
  if (count < 1 || count > 16 || count > padded.length) throw new WireError('no padding');
  if (!padded.subarray(-count).every((byte) => byte === count)) throw new WireError('bad padding');
  return padded.subarray(0, -count);
}
