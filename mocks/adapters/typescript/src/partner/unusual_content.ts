// Messages that a partner's user cannot write: ones that native clients send and partners need not know,
// and ones that are damaged. Scenarios show with them what a receiver does.
import { bytesField, numberField } from '../wire/protobuf.ts';
import { encodeContent, type MediaContent } from './message_content.ts';

const CONVERSATION = 1;
const IMAGE = 3;
const CONTACT = 4;
const LOCATION = 5;
const EXTENDED_TEXT = 6;
const STICKER = 26;
const VIEW_ONCE = 37;
const EPHEMERAL = 40;
const POLL = 49;
const MOST_DEPTH = 32;
const MOST_BYTES = 512 * 1024;

const join = (...parts: Buffer[]): Buffer => Buffer.concat(parts);
const textField = (number: number, text: string): Buffer => bytesField(number, Buffer.from(text));
const said = (text: string): Buffer => textField(CONVERSATION, text);
/** A message inside one of the wrappers, whose field 1 it is. */
const wrapped = (wrapper: number, message: Buffer): Buffer => bytesField(wrapper, bytesField(1, message));

export const NATIVE_KINDS = [
  'sticker', 'poll', 'contact', 'location', 'view-once', 'disappearing',
] as const;
export type NativeKind = (typeof NATIVE_KINDS)[number];

export const hasFile = (kind: NativeKind): boolean => kind === 'sticker' || kind === 'view-once';

function sticker(file: MediaContent): Buffer {
  return bytesField(
    STICKER,
    join(
      bytesField(2, file.fileSha256),
      bytesField(3, file.encryptedSha256),
      bytesField(4, file.key),
      textField(5, 'image/webp'),
      numberField(6, 512),
      numberField(7, 512),
      textField(8, file.directPath),
      numberField(9, file.size),
    ),
  );
}

function poll(question: string): Buffer {
  const options = ['Yes', 'No'].map((option) => bytesField(3, textField(1, option)));
  const head = join(bytesField(1, Buffer.alloc(32, 7)), textField(2, question));
  return bytesField(POLL, join(head, ...options, numberField(4, 1)));
}

function contact(name: string): Buffer {
  const card = `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nEND:VCARD`;
  return bytesField(CONTACT, join(textField(1, name), textField(16, card)));
}

/** Latitude and longitude are doubles, here 0 for both. */
function location(name: string): Buffer {
  const zero = Buffer.alloc(8);
  const where = join(Buffer.from([(1 << 3) | 1]), zero, Buffer.from([(2 << 3) | 1]), zero);
  return bytesField(LOCATION, join(where, textField(3, name)));
}

function disappearing(text: string): Buffer {
  const context = bytesField(17, numberField(25, 86_400));
  return wrapped(EPHEMERAL, bytesField(EXTENDED_TEXT, join(textField(1, text), context)));
}

/** `file` where the kind has one. */
export function nativeContent(kind: NativeKind, text: string, file: MediaContent | undefined): Buffer {
  switch (kind) {
    case 'poll':
      return poll(text);
    case 'contact':
      return contact(text);
    case 'location':
      return location(text);
    case 'disappearing':
      return disappearing(text);
    case 'sticker':
    case 'view-once':
      if (file === undefined) throw new Error(`a ${kind} has a file`);
      return kind === 'sticker' ? sticker(file) : wrapped(VIEW_ONCE, encodeContent(file));
  }
}

export const MALFORMATIONS = [
  'not-protobuf', 'truncated', 'bad-text', 'two-contents', 'empty', 'short-digest', 'too-deep',
  'too-large', 'bad-padding',
] as const;
export type Malformation = (typeof MALFORMATIONS)[number];

function malformed(kind: Malformation, text: string): Buffer {
  switch (kind) {
    case 'not-protobuf':
      return Buffer.alloc(64, 0xff);
    case 'truncated':
      return said(text).subarray(0, -1);
    case 'bad-text':
      return bytesField(CONVERSATION, join(Buffer.from(text), Buffer.from([0xc3, 0x28])));
    case 'two-contents':
      return join(said(text), bytesField(EXTENDED_TEXT, textField(1, text)));
    case 'empty':
      return Buffer.alloc(0);
    case 'short-digest':
      return shortDigest();
    case 'too-deep': {
      let message = said(text);
      for (let depth = 0; depth < MOST_DEPTH; depth += 1) message = wrapped(EPHEMERAL, message);
      return message;
    }
    case 'too-large':
      return said(text + 'x'.repeat(MOST_BYTES));
    case 'bad-padding':
      return said(text);
  }
}

function shortDigest(): Buffer {
  return bytesField(
    IMAGE,
    join(
      textField(2, 'image/jpeg'),
      bytesField(4, Buffer.alloc(31, 1)),
      numberField(5, 10),
      bytesField(8, Buffer.alloc(32, 2)),
      bytesField(9, Buffer.alloc(32, 3)),
      textField(11, '/v/t1/none.enc?oe=1'),
    ),
  );
}

/** With its padding, which is wrong where that is the point. */
export function malformedContent(kind: Malformation, text: string): Buffer {
  const padding = kind === 'bad-padding' ? Buffer.from([7, 3]) : Buffer.alloc(4, 4);
  return join(malformed(kind, text), padding);
}
