// The contract over WebSocket, for a driver that Parley cannot start: it dials in, shows the token of the
// run, and speaks one message per text. A connection that begins a test case is followed by another
// one, so that somebody is always there for the next actor.
import { PassThrough, Writable } from 'node:stream';
import { Lines } from './lines.ts';
import { MOST_LINE_BYTES } from './json_rpc.ts';
import { converse, type DriverPlan, type DriverStreams } from './run_driver.ts';

export interface DialOptions {
  /** "ws://127.0.0.1:41234/", as Parley shows it. */
  readonly url: string;
  readonly token: string;
  /** Connections at one time; Parley takes 64. */
  readonly most?: number;
}

const MOST = 16;

/** What undici's WebSocket takes beyond the standard: headers of the handshake. */
type Dialling = new (url: string, options: { headers: Record<string, string> }) => WebSocket;

/** Speaks the contract over one connection until it ends; false where it never came about. */
async function converseOver(
  plan: DriverPlan,
  { url, token }: DialOptions,
  errors: Writable,
  onStart: () => void,
): Promise<boolean> {
  const socket = new (WebSocket as unknown as Dialling)(url, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const opened = await new Promise<boolean>((resolve) => {
    socket.addEventListener('open', () => resolve(true));
    socket.addEventListener('error', () => resolve(false));
  });
  if (!opened) return false;
  const input = new PassThrough();
  socket.addEventListener('message', ({ data }) => input.write(`${String(data)}\n`));
  socket.addEventListener('close', () => input.end());
  socket.addEventListener('error', () => input.end());
  const lines = new Lines(MOST_LINE_BYTES, {
    onLine: (line) => socket.send(line.toString()),
    onTooLong: () => socket.close(),
  });
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk);
      done();
    },
  });
  const streams: DriverStreams = { input, output, errors };
  await converse(plan, streams, onStart);
  socket.close();
  return true;
}

/** Dials in until Parley is gone; throws where it was never there, or did not like the token. */
export async function dialIn(plan: DriverPlan, options: DialOptions, errors: Writable): Promise<void> {
  let everOpened = false;
  let open = 0;
  let idle = 0;
  let refused = false;
  await new Promise<void>((resolve) => {
    const next = (): void => {
      if (refused || idle > 0 || open >= (options.most ?? MOST)) return;
      open += 1;
      idle += 1;
      let waiting = true;
      const begin = (): void => {
        if (!waiting) return;
        waiting = false;
        idle -= 1;
        next();
      };
      void converseOver(plan, options, errors, begin).then((opened) => {
        everOpened ||= opened;
        refused ||= !opened;
        open -= 1;
        if (waiting) idle -= 1;
        waiting = false;
        if (open === 0 && refused) resolve();
        else next();
      });
    };
    next();
  });
  if (!everOpened) throw new Error(`nobody answers at ${options.url}, or the token is another one`);
}

const TOKEN_VARIABLE = 'PARLEY_TOKEN';

/** `--dial URL` on the command line, with the token in PARLEY_TOKEN; undefined where Parley has started
 * this process itself. */
export function dialOptions(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): DialOptions | undefined {
  const at = words.indexOf('--dial');
  if (at < 0) return undefined;
  const url = words[at + 1];
  if (url === undefined || !/^wss?:\/\//.test(url)) throw new Error('--dial needs a URL: ws://127.0.0.1:9000/');
  const token = environment[TOKEN_VARIABLE];
  if (token === undefined || token === '') {
    throw new Error(`--dial needs the token that Parley shows, in the environment as ${TOKEN_VARIABLE}`);
  }
  return { url, token };
}
