// Files as Baileys takes and hands them out.
import { createHash } from 'node:crypto';
import { downloadMediaMessage } from 'baileys';
import { statusOf } from './failure.mjs';

/** Size and digest of a file. */
export function digest(content) {
  return { sha256: createHash('sha256').update(content).digest('hex'), size: content.length };
}

const contents = {
  image: ({ content, mime, caption }) => ({ image: content, mimetype: mime, caption }),
  video: ({ content, mime, caption }) => ({ video: content, mimetype: mime, caption }),
  voice: ({ content, mime }) => ({ audio: content, mimetype: mime, ptt: true }),
  file: ({ content, mime, name, caption }) => ({ document: content, mimetype: mime, fileName: name, caption }),
};

export const kinds = Object.keys(contents);

/** What Baileys' sendMessage wants for a file. */
export function outgoing(file) {
  const content = contents[file.kind](file);
  if (!content.caption) delete content.caption;
  return content;
}

/** Fetches and decrypts a message's file. The digest is of the bytes that Baileys handed out, whatever
    the sender announced: a client that checks nothing shows something else than what was sent. */
export async function fetched(message, dispatcher) {
  return digest(await downloadMediaMessage(message, 'buffer', { options: { dispatcher } }));
}

/** Why a file could not be had, in a few words. */
export function failureOf(error) {
  const status = statusOf(error);
  // Boom gives 500 to what has no status of its own.
  return status !== undefined && status !== 500 ? `http-${status}` : error.message;
}
