// The driver's side of docs/driver-contract.md: introduces itself, is told who to play, performs, tells
// events, stops. A partner writes the operations.
import type { Readable, Writable } from 'node:stream';
import { Arguments } from './arguments.ts';
import { CaseClock, type Clock } from './clock.ts';
import { PASS_TIME, PROTOCOL_VERSION, readStart, type Hello, type Start } from './contract.ts';
import { asFailure, closed, failed, invalid, timedOut, unsupported } from './failure.ts';
import { isObject, type JsonObject } from './json.ts';
import { JsonRpc, type Method } from './json_rpc.ts';
import { logTo, type Log } from './log.ts';

/** What a seat's implementation is given when a test case begins. */
export interface Session {
  readonly start: Start;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells an event of docs/scenarios.md; they are numbered in the order of the calls. */
  emit(name: string, facts: JsonObject): void;
  /** Asks the owner of the account to scan this code. */
  pair(code: string): Promise<void>;
}

/** Ends with the result, or throws: a Failure as it is, anything else as "failed". `signal` aborts when
 * the deadline is over; what it answers then counts no more. */
export type Operation<App> = (
  app: App,
  given: Arguments,
  signal: AbortSignal,
) => JsonObject | void | Promise<JsonObject | void>;

export type Operations<App> = Readonly<Record<string, Operation<App>>>;

/** One seat of the driver's. */
export interface Seat<App> {
  readonly operations: Operations<App>;
  /** Builds what the operations work with. */
  start(session: Session): App | Promise<App>;
  /** Where it listens, by the names of `start.partner.listen`. */
  listening?(app: App): Record<string, string>;
  /** Ends when everything that had come in was dealt with. */
  settle?(app: App): Promise<void>;
  /** Closes what is open. The process ends afterwards, unless the driver takes many sessions. */
  stop?(app: App): void | Promise<void>;
}

export interface DriverPlan {
  readonly name: string;
  readonly version: string;
  readonly implementation: { name: string; version: string };
  /** The gatekeeper's addressing modes that the implementation can live with, the preferred first. */
  readonly addressing: readonly string[];
  // Each seat has a type of its own, which nobody but the seat needs to know.
  readonly seats: Readonly<Record<string, Seat<any>>>;
  /** Where all seats of a partner are there, "partner" is what the driver says for them together. */
  readonly wholePartner?: boolean;
  /** Whether time comes from Session.clock everywhere, so that jumps can be followed. */
  readonly followsClock?: boolean;
  /** "many": a process plays in one test case after the other, each with an app of its own, and what one
   * leaves behind in the process must not matter to the next. Otherwise every test case has a process. */
  readonly sessions?: 'one' | 'many';
  /** How long an operation may take, in milliseconds; shorter than Parley's own 60 s. */
  readonly deadlineMs?: number;
}

/** Standard streams, unless a test has others. */
export interface DriverStreams {
  input: Readable;
  output: Writable;
  errors: Writable;
}

const DEADLINE_MS = 55_000;
const PAIR_MS = 60_000;
const STOP_MS = 4_000;
/** How long to wait for a seat to come to rest. */
const SETTLE_MS = 2_000;
const QUIET_TURNS = 5;

export function introduction(plan: DriverPlan): Hello {
  const seats = Object.keys(plan.seats);
  const names = Object.values(plan.seats).flatMap((seat) => Object.keys(seat.operations));
  if (plan.followsClock) names.push(PASS_TIME);
  return {
    name: plan.name,
    version: plan.version,
    protocol: PROTOCOL_VERSION,
    implementation: plan.implementation,
    seats: plan.wholePartner ? [...seats, 'partner'] : seats,
    addressing: [...plan.addressing],
    capabilities: [...new Set(names)],
    ...(plan.sessions === 'many' ? { sessions: 'many' } : {}),
  };
}

/** One test case. */
interface Playing {
  readonly clock: CaseClock;
  /** Rejected when it is over. */
  readonly over: Promise<never>;
  end(): void;
  ended: boolean;
  sequence: number;
  /** Set once the seat has started. */
  seated?: { seat: Seat<unknown>; app: unknown };
}

function newPlaying(time: string): Playing {
  let end = (): void => {};
  const over = new Promise<never>((_, reject) => {
    end = () => reject(closed('the test case is over'));
  });
  over.catch(() => {}); // nobody has to wait for it
  return { clock: new CaseClock(time), over, end: () => end(), ended: false, sequence: 0 };
}

class Driver {
  readonly #plan: DriverPlan;
  readonly #rpc: JsonRpc;
  readonly #log: Log;
  readonly #onStart: () => void;
  #playing: Playing | undefined;
  #played = false;
  #secrets: string[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(plan: DriverPlan, streams: DriverStreams, onStart: () => void) {
    this.#plan = plan;
    this.#onStart = onStart;
    this.#log = logTo(streams.errors, () => this.#secrets);
    this.#rpc = new JsonRpc(
      streams.input,
      streams.output,
      new Map<string, Method>([
        ['start', (params) => this.#start(params)],
        ['perform', (params) => this.#perform(params)],
        ['stop', () => this.#stop()],
      ]),
    );
    this.#rpc.notify('hello', introduction(plan));
  }

  async leave(): Promise<void> {
    await this.#stop().catch(() => {}); // logged
  }

  async #start(params: JsonObject): Promise<JsonObject> {
    if (this.#playing !== undefined) throw failed('started already');
    if (this.#played && this.#plan.sessions !== 'many') throw failed('it has had its session');
    this.#onStart();
    const start = readStart(params);
    const { password = '', token = '' } = start.product?.account ?? {};
    this.#secrets = [password, token].filter((one) => one !== '');
    const seat = this.#plan.seats[start.seat];
    if (seat === undefined) {
      throw unsupported(`no seat "${start.seat}"; there are ${Object.keys(this.#plan.seats).join(', ')}`);
    }
    if (!this.#plan.addressing.includes(start.addressing)) {
      throw unsupported(`${this.#plan.implementation.name} cannot live with ${start.addressing}`);
    }
    const playing = newPlaying(start.time);
    this.#playing = playing;
    this.#played = true;
    const app: unknown = await seat.start({
      start,
      clock: playing.clock,
      log: this.#log,
      emit: (name, facts) => this.#emit(playing, name, facts),
      pair: (code) => this.#pair(playing, code),
    });
    if (playing.ended) {
      await seat.stop?.(app);
      throw closed('the test case is over');
    }
    playing.seated = { seat, app };
    const listening = seat.listening?.(app);
    return listening === undefined ? {} : { listening };
  }

  /** Of a test case that is over nothing is told. */
  #emit(playing: Playing, name: string, facts: JsonObject): void {
    if (playing.ended) return;
    const { sequence } = playing;
    playing.sequence += 1;
    this.#rpc.notify('event', { sequence, name, facts });
  }

  async #pair(playing: Playing, code: string): Promise<void> {
    if (playing.ended) throw closed('the test case is over');
    await this.#rpc.request('pair', { code }, PAIR_MS);
  }

  #perform(params: JsonObject): Promise<JsonObject> {
    const { operation, arguments: given } = params;
    if (typeof operation !== 'string') throw invalid('"operation" must be a text');
    if (this.#playing?.seated === undefined) throw failed('not started');
    const playing = this.#playing;
    const named = new Arguments(isObject(given) ? given : {});
    // Time passes also while an operation waits for it.
    if (operation === PASS_TIME && this.#plan.followsClock) return this.#passTime(playing, named);
    return this.#inTurn(() => this.#performNamed(playing, operation, named));
  }

  async #performNamed(playing: Playing, name: string, given: Arguments): Promise<JsonObject> {
    if (playing.ended || playing.seated === undefined) throw closed('the test case is over');
    const { seat, app } = playing.seated;
    const operation = Object.hasOwn(seat.operations, name) ? seat.operations[name] : undefined;
    if (operation === undefined) throw unsupported(`no operation "${name}" in this seat`);
    const signal = AbortSignal.timeout(this.#plan.deadlineMs ?? DEADLINE_MS);
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(timedOut(`"${name}" took too long`)));
    });
    late.catch(() => {});  // nobody waits for it any more where the operation was in time
    try {
      return (await Promise.race([operation(app, given, signal), late, playing.over])) ?? {};
    } catch (thrown) {
      throw asFailure(thrown);
    }
  }

  async #passTime(playing: Playing, given: Arguments): Promise<JsonObject> {
    const seconds = given.wholeNumber('seconds', 0, Number.MAX_SAFE_INTEGER);
    const nanoseconds = given.wholeNumber('nanoseconds', 0, 999_999_999);
    playing.clock.jump(seconds * 1000 + nanoseconds / 1e6);
    // What is on its way inside this process comes first.
    for (let i = 0; i < QUIET_TURNS; i += 1) await new Promise((resolve) => setImmediate(resolve));
    // Not for ever: what it waits for may itself wait for time to pass.
    const patience = new Promise<void>((resolve) => setTimeout(resolve, SETTLE_MS).unref());
    const { seat, app } = playing.seated ?? {};
    await Promise.race([seat?.settle?.(app), patience, playing.over]);
    return {};
  }

  /** One operation at a time, also for a harness that does not wait. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Waits for what was begun, within bounds: Parley waits 5 s. Afterwards nothing of the test case is
   * under way or told any more; where that cannot be had, no other one may follow. */
  async #stop(): Promise<void> {
    const playing = this.#playing;
    if (playing === undefined) return;
    playing.ended = true;
    playing.end();
    const stopped = this.#stopSeat(playing);
    // What was under way is answered before.
    await this.#last;
    await new Promise((resolve) => setImmediate(resolve));
    const trouble = await stopped;
    playing.clock.stop();
    if (trouble === undefined) {
      this.#playing = undefined;
    } else {
      this.#log(`stop: ${trouble}`);
      if (this.#plan.sessions === 'many') throw failed(`stop: ${trouble}`);
    }
  }

  async #stopSeat({ seated }: Playing): Promise<string | undefined> {
    if (seated?.seat.stop === undefined) return undefined;
    const late = new Promise<string>((resolve) => {
      setTimeout(() => resolve('the seat did not close in time'), STOP_MS).unref();
    });
    const closing = async (): Promise<undefined> => void (await seated.seat.stop?.(seated.app));
    return Promise.race([closing(), late]).catch((thrown: unknown) => asFailure(thrown).message);
  }
}

/** Speaks the contract on these streams until the input ends. `onStart` is told when a test case begins. */
export async function converse(
  plan: DriverPlan,
  streams: DriverStreams,
  onStart: () => void = () => {},
): Promise<void> {
  const driver = new Driver(plan, streams, onStart);
  await new Promise<void>((resolve) => {
    streams.input.once('end', resolve);
    streams.input.once('error', () => resolve());
  });
  await driver.leave();
}

/** Leads the console to the log, and what nobody waits for too: neither may break the contract. */
export function guardProcess(): void {
  const log = logTo(process.stderr);
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    console[level] = (...words: unknown[]) => log(words.map(String).join(' '));
  }
  // What nobody waits for must not end the test case without a word.
  process.on('unhandledRejection', (thrown) => log(`not handled: ${asFailure(thrown).message}`));
}

/** Speaks the contract on standard input and output, and leaves the process with code 0 when the input
 * ends. Whatever else writes to standard output would break the contract, so the console is led to the
 * log. */
export async function runDriver(plan: DriverPlan): Promise<never> {
  guardProcess();
  await converse(plan, { input: process.stdin, output: process.stdout, errors: process.stderr });
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.exit(0);
}
