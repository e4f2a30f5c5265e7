// The operations of the seat partner-server, as docs/scenarios.md has them.
import { invalid, type Arguments, type Operations } from '../driver/index.ts';
import { messageOf } from '../driver/failure.ts';
import { parseAddress } from './hosts.ts';
import { MEDIA_STATES } from './media_store.ts';
import { ENDPOINT_STATES, type PartnerServer } from './partner_server.ts';

/** How a seat's server is known to its operations: with the hosts that `probe-tls` may try. */
export interface ServerApp {
  readonly server: PartnerServer;
  readonly probes: Readonly<Record<'enlistment' | 'keys' | 'media', string>>;
}

function set({ server }: ServerApp, given: Arguments): void {
  given.only('endpoint', 'media', 'clock_skew');
  if (!['endpoint', 'media', 'clock_skew'].some((name) => given.has(name))) {
    throw invalid('set takes endpoint, media or clock_skew');
  }
  if (given.has('media')) server.media.state = given.word('media', MEDIA_STATES);
  if (given.has('endpoint')) server.endpoint = given.word('endpoint', ENDPOINT_STATES);
  if (given.has('clock_skew')) {
    server.clockSkewSeconds = given.wholeNumber('clock_skew', -86_400, 86_400);
  }
}

async function probeTls({ server, probes }: ServerApp, given: Arguments) {
  given.only('tls', 'host');
  const url = probes[given.word('host', ['enlistment', 'keys', 'media'])];
  const version = given.word('tls', ['1.1', '1.2', '1.3']);
  const { hostname, pathname } = new URL(url);
  try {
    const name = parseAddress(`${hostname}:443`);
    const answer = await server.hosts.send(name, pathname, { tls: `TLSv${version}` });
    const spoken = answer.tlsVersion.replace('TLSv', '');
    return { status: 'ok', http_status: answer.status, tls_version: spoken };
  } catch (thrown) {
    return { status: 'fail', reason: messageOf(thrown) };
  }
}

export const SERVER_OPERATIONS: Operations<ServerApp> = {
  set,
  'rotate-keys': ({ server }, given) => {
    given.only();
    return { kid: server.rotateKeys() };
  },
  relocate: ({ server }, given) => {
    given.only('who', 'location');
    server.relocate(given.text('who'), given.word('location', ['eea', 'elsewhere']));
  },
  'probe-tls': probeTls,
};
