#!/usr/bin/env node
// The example partner as what it is an example of: a product under development beside "parley serve",
// by itself and with no driver. Its server and bob's device are told what to do on standard input, a line
// for each operation of docs/scenarios.md ("send-text {"to": "alice", "text": "hello"}"), and say on
// standard output what came of it and what happens to them.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Arguments, type JsonObject, type PartnerPart, type Seat, type Session } from './driver/index.ts';
import { CaseClock } from './driver/clock.ts';
import { asFailure, invalid } from './driver/failure.ts';
import { isObject } from './driver/json.ts';
import { logTo } from './driver/log.ts';
import { clientSeat, serverSeat } from './partner/seats.ts';

const USAGE =
  'usage: beside_serve.ts --env product.env --port 8443 --certificate cert.pem --key key.pem\n' +
  '  --env          what "parley serve --env" wrote, about its own cast: alice, and our birdy and bob\n' +
  '  --port         where our server listens, of which serve is told: --peer birdy=127.0.0.1:8443\n' +
  '  --certificate  our server\'s, for birdy.partner.test, of which serve is told: --trust cert.pem\n' +
  '  --key          its private key\n';

/** NAME=VALUE lines; what is no such line is passed over. */
export function readEnvironment(text: string): Map<string, string> {
  const found = text.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm);
  return new Map([...found].map(([, name = '', value = '']) => [name, value]));
}

function required(environment: ReadonlyMap<string, string>, name: string): string {
  const value = environment.get(name);
  if (value === undefined) throw invalid(`the environment file has no ${name}: is it of "parley serve"?`);
  return value;
}

/** The partner's part of a start message, from the environment of a session with one service. */
export function partOf(
  environment: ReadonlyMap<string, string>,
  own: { address: string; certificate: string; key: string },
): PartnerPart {
  const host = (place: string): string => required(environment, `PARLEY_${place}_HOST`);
  const at = (place: string): string => required(environment, `PARLEY_${place}_ADDRESS`);
  const server = required(environment, 'PARLEY_BIRDY_ISSUER');
  return {
    services: [
      {
        service: 'whatsapp',
        issuer: 'WHATSAPP',
        enlistment: `https://${host('ENLISTMENT')}/3p/interop_reg`,
        keys: `https://${host('JWKS')}/.well-known/jwks`,
        web_chat: `wss://${host('WEB_CHAT')}/ws/chat`,
        chat: `${host('CHAT')}:5222`,
        media: `${host('MEDIA')}:443`,
      },
    ],
    server,
    hosts: {
      [`${host('ENLISTMENT')}:443`]: at('ENLISTMENT'),
      [`${host('JWKS')}:443`]: at('JWKS'),
      [`${host('WEB_CHAT')}:443`]: at('WEB_CHAT'),
      [`${host('CHAT')}:5222`]: at('CHAT'),
      [`${host('MEDIA')}:443`]: at('MEDIA'),
      [`${new URL(server).hostname}:443`]: own.address,
    },
    listen: {},
    certificate_pem: own.certificate,
    private_key_pem: own.key,
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One seat at work: its operations by name, where it has them. */
interface Played {
  perform(name: string, given: JsonObject): Promise<JsonObject> | undefined;
  stop(): void | Promise<void>;
}

async function play<App>(seat: Seat<App>, session: Session): Promise<Played> {
  const app = await seat.start(session);
  return {
    perform: (name, given) => {
      const operation = Object.hasOwn(seat.operations, name) ? seat.operations[name] : undefined;
      if (operation === undefined) return undefined;
      const signal = AbortSignal.timeout(60_000);
      return Promise.resolve(operation(app, new Arguments(given), signal)).then((result) => result ?? {});
    },
    stop: () => seat.stop?.(app),
  };
}

function sessionOf(id: string, kind: string, part: PartnerPart, environment: Map<string, string>, ca: string): Session {
  const integrator = Number(required(environment, 'PARLEY_BIRDY_INTEGRATOR'));
  const cast = [
    { id: 'birdy', kind: 'partner', of: '', settings: { integrator } },
    {
      id: 'bob',
      kind: 'partner-user',
      of: 'birdy',
      settings: {
        identifier: required(environment, 'PARLEY_BOB_IDENTIFIER'),
        integrator,
      },
    },
    {
      id: 'alice',
      kind: 'whatsapp-user',
      of: '',
      settings: { number: required(environment, 'PARLEY_ALICE_NUMBER') },
    },
  ];
  const actor = cast.find((one) => one.id === id);
  if (actor === undefined) throw invalid(`nobody is called ${id}`);
  const time = new Date().toISOString();
  return {
    start: {
      seat: kind,
      actor,
      cast: cast.filter((one) => one.id !== id),
      endpoints: { web_chat: '-', chat: '-', media: '-' },
      trust: { noise_root: required(environment, 'PARLEY_NOISE_ROOT'), ca_pem: ca },
      time,
      addressing: 'interop',
      partner: part,
    },
    clock: new CaseClock(time),
    log: logTo(process.stderr),
    emit: (name, facts) => say(`${id}: ${name} ${JSON.stringify(facts)}`),
    pair: () => Promise.reject(invalid('a partner pairs with no phone')),
  };
}

async function perform(players: readonly Played[], line: string): Promise<void> {
  const [, name = '', text = ''] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? [];
  if (name === '') return;
  try {
    const given: unknown = JSON.parse(text === '' ? '{}' : text);
    if (!isObject(given)) throw invalid('the arguments must be a JSON object');
    for (const player of players) {
      const result = player.perform(name, given);
      if (result === undefined) continue;
      say(`${name}: ${JSON.stringify(await result)}`);
      return;
    }
    throw invalid(`there is no operation "${name}"`);
  } catch (thrown) {
    say(`${name}: ${thrown instanceof SyntaxError ? `the arguments are no JSON: ${thrown.message}` : asFailure(thrown).message}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      env: { type: 'string' },
      port: { type: 'string' },
      certificate: { type: 'string' },
      key: { type: 'string' },
    },
  });
  const { env, port, certificate, key } = values;
  if (env === undefined || port === undefined || certificate === undefined || key === undefined) {
    throw invalid(USAGE);
  }
  const environment = readEnvironment(readFileSync(env, 'utf8'));
  const own = {
    address: `127.0.0.1:${port}`,
    certificate: readFileSync(certificate, 'utf8'),
    key: readFileSync(key, 'utf8'),
  };
  const part = { ...partOf(environment, own), listen: { https: own.address } };
  // The device trusts the gatekeeper's authority and its own server's certificate.
  const ca = `${readFileSync(required(environment, 'PARLEY_CA_FILE'), 'utf8')}\n${own.certificate}`;
  const server = await play(serverSeat, sessionOf('birdy', 'partner-server', part, environment, ca));
  const client = await play(clientSeat, sessionOf('bob', 'partner-client', part, environment, ca));
  say(`birdy listens on ${own.address}; bob is ready: enlist, connect, send-text {"to": "alice", "text": "hello"}`);
  for await (const line of createInterface({ input: process.stdin })) await perform([client, server], line);
  await client.stop();
  await server.stop();
}

if (import.meta.main ?? process.argv[1]?.endsWith('beside_serve.ts')) {
  await main().catch((thrown: unknown) => {
    process.stderr.write(`${asFailure(thrown).message}\n`);
    process.exitCode = 1;
  });
  process.exit();
}
