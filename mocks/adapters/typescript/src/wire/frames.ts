// Frames: three bytes of length, the most significant first, and that many bytes.
import { WireError, bigEndian } from './bytes.ts';

export const MOST_FRAME_BYTES = (1 << 24) - 1;

/** What a client sends first: "WA", magic 6, dictionary version 3. It is the handshake's prologue. */
export const CHAT_HEADER = Buffer.from([0x57, 0x41, 0x06, 0x03]);

export function frame(body: Buffer): Buffer {
  if (body.length > MOST_FRAME_BYTES) throw new WireError(`a frame of ${body.length} bytes`);
  return Buffer.concat([bigEndian(body.length, 3), body]);
}

export class FrameReader {
  readonly #limit: number;
  #held: Buffer = Buffer.alloc(0);

  constructor(limit: number = MOST_FRAME_BYTES) {
    this.#limit = limit;
  }

  /** The frames that are complete now. */
  push(bytes: Buffer): Buffer[] {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const frames: Buffer[] = [];
    while (this.#held.length >= 3) {
      const size = this.#held.readUIntBE(0, 3);
      if (size > this.#limit) throw new WireError(`a frame of ${size} bytes`);
      if (this.#held.length < 3 + size) break;
      frames.push(Buffer.from(this.#held.subarray(3, 3 + size)));
      this.#held = this.#held.subarray(3 + size);
    }
    return frames;
  }
}
