// Files that a scenario has damaged on their way, and paths that nobody handed out.
import { sha256, type EncryptedFile } from './media_encryption.ts';
import type { MediaContent } from './message_content.ts';

export const MEDIA_PARTS = [
  'mac', 'file', 'digest', 'plain-digest', 'key', 'reference', 'limit',
] as const;
export const FORGED_PATHS = [
  'traversal', 'escaped', 'absolute', 'unknown-integrator', 'other-integrator', 'empty',
  'foreign-host',
] as const;
export type ForgedPath = (typeof FORGED_PATHS)[number];

export interface MediaTampering {
  readonly part: (typeof MEDIA_PARTS)[number] | 'none';
  /** Where the part is the reference. */
  readonly path?: ForgedPath;
}

export const NO_TAMPERING: MediaTampering = { part: 'none' };
/** An integrator that no cast has. */
const NOBODY = '60000';

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

/** What is stored. Of a damaged MAC the digest is taken afterwards, of a damaged file before. */
export function tamperedFile({ part }: MediaTampering, whole: EncryptedFile): EncryptedFile {
  if (part === 'mac') {
    const file = flipped(whole.file, whole.file.length - 1);
    return { ...whole, file, encryptedSha256: sha256(file) };
  }
  if (part !== 'file') return whole;
  return { ...whole, file: flipped(whole.file, Math.floor(whole.file.length / 2)) };
}

/** What the message says. */
export function tamperedMessage({ part, path }: MediaTampering, media: MediaContent): MediaContent {
  switch (part) {
    case 'digest':
      return { ...media, encryptedSha256: flipped(media.encryptedSha256, 0) };
    case 'plain-digest':
      return { ...media, fileSha256: flipped(media.fileSha256, 0) };
    case 'key':
      return { ...media, key: flipped(media.key, 0) };
    case 'reference':
      return { ...media, directPath: forgedPath(path ?? 'empty', media.directPath) };
    default:
      return media;
  }
}

/** "/interop/whatsapp/download/{integrator}/{reference}/", in ways that must lead nowhere. */
export function forgedPath(forgery: ForgedPath, path: string): string {
  const parts = path.split('/').filter((part) => part !== '');
  const reference = parts.at(-1) ?? '';
  const number = parts.at(-2) ?? '';
  const parent = `/${parts.slice(0, -2).join('/')}`;
  switch (forgery) {
    case 'traversal':
      return `${parent}/${number}/../${number}/${reference}/`;
    case 'escaped':
      return `${parent}/${number}/%2e%2e%2f${number}/${reference}/`;
    case 'absolute':
      return `${parent}/${number}/https://elsewhere.test/${reference}/`;
    case 'unknown-integrator':
      return `${parent}/${NOBODY}/${reference}/`;
    case 'other-integrator':
      return `${parent}/${number === '1' ? '2' : '1'}/${reference}/`;
    case 'empty':
      return `${parent}/${number}//`;
    case 'foreign-host':
      return `https://elsewhere.test${path}`;
  }
}
