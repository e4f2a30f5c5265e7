// Files of messages: encrypted and stored on the partner's own server, or fetched from the gatekeeper's
// media host and checked.
import { randomBytes } from 'node:crypto';
import { failed, refused, tooMuch, type JsonObject } from '../driver/index.ts';
import { departs } from './defects.ts';
import { authorization } from './device.ts';
import type { ClientContext } from './client_context.ts';
import { parseAddress, type Answer } from './hosts.ts';
import {
  NO_TAMPERING,
  tamperedFile,
  tamperedMessage,
  type MediaTampering,
} from './media_tampering.ts';
import { decryptFile, decryptUnchecked, encryptFile, sha256 } from './media_encryption.ts';
import type { MediaContent, MediaKind, Quote } from './message_content.ts';

/** A surrogate: nothing public says how large a file may be. */
const MOST_FILE = 16 * 1024 * 1024;
export const MOST_STORED = MOST_FILE + 26;
const ATTEMPTS = 4;
const PAUSE_MS = 2000;
/** Where the gatekeeper's files are; a message that names another place is not followed. */
const OWN_PATH = '/v/t';

export interface OutgoingFile {
  readonly kind: MediaKind;
  readonly name: string;
  readonly mime: string;
  readonly caption: string;
  readonly content: Buffer;
}

export async function uploadFile(
  context: ClientContext,
  file: OutgoingFile,
  quote?: Quote,
  tampering: MediaTampering = NO_TAMPERING,
): Promise<MediaContent> {
  if (file.content.length > MOST_FILE && tampering.part !== 'limit') throw tooMuch('file-too-large');
  const key = randomBytes(32);
  const encrypted = tamperedFile(tampering, encryptFile(file.kind, key, file.content));
  const answer = await context.hosts.fetch(`${context.server}/media`, {
    method: 'POST',
    headers: {
      Authorization: authorization(context.id),
      'Content-Type': 'application/octet-stream',
    },
    body: encrypted.file,
  });
  const reference = answeredText(answer, 'storage_reference');
  return tamperedMessage(tampering, {
    kind: file.kind,
    mime: file.mime,
    name: file.kind === 'file' ? file.name : '',
    caption: file.kind === 'voice' ? '' : file.caption,
    key,
    fileSha256: encrypted.fileSha256,
    encryptedSha256: encrypted.encryptedSha256,
    size: file.content.length,
    directPath: `/interop/whatsapp/download/${context.integrator}/${reference}/`,
    keyTime: context.seconds(),
    sidecar: encrypted.sidecar,
    quote,
  });
}

/** A text in a JSON answer. */
export function answeredText(answer: Answer, member: string): string {
  if (answer.status < 200 || answer.status > 299) throw refused(`status ${answer.status}`);
  const body = JSON.parse(answer.body.toString()) as JsonObject;
  const value = body[member];
  if (typeof value !== 'string') throw failed(`the answer has no "${member}"`);
  return value;
}

/** Asks for a file, or a part of it, and looks at the answer alone. */
export function askForFile(context: ClientContext, path: string, range: string): Promise<Answer> {
  return context.hosts.send(parseAddress(context.service.media), path, {
    headers: range === '' ? {} : { Range: range },
    limit: MOST_STORED,
  });
}

/** Adds what came to what was there. */
function joined(file: Buffer, answer: Answer): Buffer {
  if (answer.status === 200) return answer.body;
  const range = /^bytes (\d+)-/.exec(String(answer.headers['content-range'] ?? ''));
  if (Number(range?.[1] ?? -1) !== file.length) throw refused('wrong-part');
  return Buffer.concat([file, answer.body]);
}

/** The file as it lies on the media host; what is interrupted goes on where it was. */
async function fetchFile(context: ClientContext, path: string): Promise<Buffer> {
  let file: Buffer = Buffer.alloc(0);
  let why = 'no-answer';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const range = file.length === 0 ? '' : `bytes=${file.length}-`;
    const answer = await askForFile(context, path, range).catch(() => undefined);
    if (answer?.status === 200 || answer?.status === 206) {
      file = joined(file, answer);
      if (answer.whole) return file;
      continue;
    }
    if (answer !== undefined) why = `http-${answer.status}`;
    if (answer !== undefined && answer.status < 500) break;
    await context.clock.wait(PAUSE_MS * attempt);
  }
  throw refused(why);
}

/** The plain file. Throws with the reason for which it is not shown. */
export async function downloadFile(context: ClientContext, media: MediaContent): Promise<Buffer> {
  if (!media.directPath.startsWith(OWN_PATH)) throw refused('path-not-allowed');
  const file = await fetchFile(context, media.directPath);
  if (departs('shows-damaged-files')) return decryptUnchecked(media.kind, media.key, file);
  return decryptFile(media.kind, media.key, file, media);
}

export const digestText = (bytes: Buffer): string => sha256(bytes).toString('hex');
