// Reading bytes one after the other, with errors instead of what lies behind the end.

/** Bytes that are none of the protocol's. */
export class WireError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WireError';
  }
}

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  /** A whole number of 1 to 4 bytes, the most significant first. */
  number(size: number): number {
    return this.take(size).readUIntBE(0, size);
  }

  take(size: number): Buffer {
    if (size > this.left) throw new WireError(`${size} bytes wanted where ${this.left} are left`);
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}

/** A whole number in `size` bytes, the most significant first. */
export function bigEndian(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}
