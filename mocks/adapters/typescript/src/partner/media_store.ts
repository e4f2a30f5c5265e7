// The partner's media host: encrypted files under references that nobody guesses, for a limited time.
import { randomBytes } from 'node:crypto';
import { refused, type Clock } from '../driver/index.ts';
import { departs } from './defects.ts';
import type { Request, Response } from './https_front.ts';

/** A surrogate: nothing public says how long a host keeps a file. */
const KEPT_MS = 30 * 86_400_000;
const MOST_FILES = 1000;
const SLOW_MS = 20_000;

export const MEDIA_STATES = [
  'up', 'missing', 'expired', 'truncated', 'aborted', 'slow', 'error',
] as const;
export type MediaState = (typeof MEDIA_STATES)[number];

interface Stored {
  readonly at: number;
  /** Undefined where its time is over; that it was there is remembered. */
  file: Buffer | undefined;
}

const STATUS: Partial<Record<MediaState, number>> = { missing: 404, expired: 410, error: 500 };

/** A part, where one is asked for. */
function withRange(range: string, file: Buffer): Response {
  const headers = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' };
  const found = /^bytes=(\d+)-(\d*)$/.exec(range);
  if (found === null) return { status: 200, headers, body: file };
  const first = Number(found[1]);
  const last = Math.min(found[2] === '' ? Infinity : Number(found[2]), file.length - 1);
  if (first > last) {
    return { status: 416, headers: { 'content-range': `bytes */${file.length}` } };
  }
  const part = { 'content-range': `bytes ${first}-${last}/${file.length}` };
  return { status: 206, headers: { ...headers, ...part }, body: file.subarray(first, last + 1) };
}

export class MediaStore {
  state: MediaState = 'up';
  readonly #clock: Clock;
  readonly #files = new Map<string, Stored>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  store(file: Buffer): string {
    this.#forget();
    if (this.#files.size >= MOST_FILES) throw refused('the media host is full');
    const reference = departs('guessable-references')
      ? `file-${1000 + this.#files.size}`
      : randomBytes(24).toString('base64url');
    this.#files.set(reference, { at: this.#clock.now(), file });
    return reference;
  }

  async serve(reference: string, request: Request): Promise<Response> {
    this.#forget();
    const stored = this.#files.get(reference);
    if (stored === undefined) return { status: 404 };
    if (stored.file === undefined) return { status: 410 };
    const status = STATUS[this.state];
    if (status !== undefined) return { status };
    if (this.state === 'slow') await this.#clock.wait(SLOW_MS);
    const { file } = stored;
    const whole = this.state === 'truncated' ? file.subarray(0, file.length / 2) : file;
    const response = withRange(String(request.headers['range'] ?? ''), whole);
    const cut = this.state === 'aborted' && response.status === 200;
    return cut ? { ...response, cutAfter: Math.floor(whole.length / 2) } : response;
  }

  #forget(): void {
    for (const stored of this.#files.values()) {
      if (stored.at + KEPT_MS <= this.#clock.now()) stored.file = undefined;
    }
  }
}
