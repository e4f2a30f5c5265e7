// Cuts a byte stream into lines.

const LINE_FEED = 0x0a;

export interface LineEvents {
  /** A line without its line feed; never an empty one. */
  onLine(line: Buffer): void;
  /** Told once for each line over the limit, which is skipped. */
  onTooLong(): void;
}

export class Lines {
  readonly #limit: number;
  readonly #events: LineEvents;
  #parts: Buffer[] = [];
  #size = 0;
  #skipping = false;

  constructor(limit: number, events: LineEvents) {
    this.#limit = limit;
    this.#events = events;
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      this.#take(rest.subarray(0, end));
      this.#finish();
      rest = rest.subarray(end + 1);
    }
    this.#take(rest);
  }

  #take(bytes: Buffer): void {
    if (this.#skipping || bytes.length === 0) return;
    if (this.#size + bytes.length > this.#limit) {
      this.#skipping = true;
      this.#parts = [];
      this.#events.onTooLong();
      return;
    }
    this.#size += bytes.length;
    this.#parts.push(bytes);
  }

  #finish(): void {
    const whole = Buffer.concat(this.#parts);
    const skipped = this.#skipping;
    this.#parts = [];
    this.#size = 0;
    this.#skipping = false;
    if (!skipped && whole.length > 0) this.#events.onLine(whole);
  }
}
