// The time of a test case: the machine's until the world's clock is set forward (`pass-time`), or what
// `start` says where that is another. An implementation that follows time jumps takes its time
// from here.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends when that much time has passed, really or by a jump; earlier where the signal aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** How far apart `start` and the machine's clock may be and still mean the same. */
const SAME_MS = 10_000;

interface Sleeper {
  until: number;
  wake(): void;
  timer: NodeJS.Timeout;
}

export class CaseClock implements Clock {
  #ahead: number;
  readonly #sleepers = new Set<Sleeper>();
  #stopped = false;

  /** `begin` is the test case's time now, RFC 3339: to the second, so that the machine's own is better
   * where the two agree. */
  constructor(begin: string) {
    const time = Date.parse(begin);
    if (Number.isNaN(time)) throw new RangeError(`"${begin}" is no time`);
    const machine = Date.now();
    const now = Math.abs(time - machine) < SAME_MS ? machine : time;
    this.#ahead = now - CaseClock.#real();
  }

  static #real(): number {
    return performance.now();
  }

  now(): number {
    return Math.floor(CaseClock.#real() + this.#ahead);
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#stopped) return new Promise(() => {});
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(sleeper.timer);
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper: Sleeper = { until: this.now() + ms, wake, timer: setTimeout(wake, ms) };
      sleeper.timer.unref();
      this.#sleepers.add(sleeper);
      if (signal?.aborted) wake();
      else signal?.addEventListener('abort', wake);
    });
  }

  /** The test case is over: whoever waits is never woken, and so begins nothing any more. */
  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#sleepers) clearTimeout(timer);
    this.#sleepers.clear();
  }

  jump(ms: number): void {
    this.#ahead += ms;
    const due = [...this.#sleepers].sort((a, b) => a.until - b.until);
    for (const sleeper of due) {
      if (sleeper.until <= this.now()) {
        sleeper.wake();
        continue;
      }
      clearTimeout(sleeper.timer);
      sleeper.timer = setTimeout(sleeper.wake, sleeper.until - this.now());
      sleeper.timer.unref();
    }
  }
}
