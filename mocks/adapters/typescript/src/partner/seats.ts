// The seats of the example partner: what each builds when a test case begins.
import { invalid, type PartnerPart, type Seat, type Session } from '../driver/index.ts';
import { CLIENT_OPERATIONS } from './client_operations.ts';
import { ClientContext } from './client_context.ts';
import { Hosts, parseAddress } from './hosts.ts';
import { listen, type Front, type Request, type Response } from './https_front.ts';
import { PartnerClient } from './partner_client.ts';
import { PartnerServer } from './partner_server.ts';
import { PartnerProxy } from './proxy.ts';
import { SERVER_OPERATIONS, type ServerApp } from './server_operations.ts';

function partnerPart(session: Session): PartnerPart {
  if (session.start.partner === undefined) throw invalid('start: "partner" is missing');
  return session.start.partner;
}

function serviceOf(session: Session, part: PartnerPart) {
  const wanted = session.start.actor.settings['service'];
  const service = part.services.find((one) => one.service === wanted) ?? part.services[0];
  if (service === undefined) throw invalid('start: partner: "services" is empty');
  return service;
}

export const serverSeat: Seat<ServerApp> = {
  operations: SERVER_OPERATIONS,
  start: async (session) => {
    const part = partnerPart(session);
    const { enlistment, keys, media } = serviceOf(session, part);
    const server = new PartnerServer(session, part);
    await server.start();
    const probes = {
      enlistment: new URL('/', enlistment).href,
      keys,
      media: `https://${media.replace(/:443$/, '')}/`,
    };
    return { server, probes };
  },
  listening: ({ server }): Record<string, string> => ({ https: server.address }),
  stop: ({ server }) => server.stop(),
};

interface ClientApp {
  readonly client: PartnerClient;
  /** Where the device is woken; undefined where it has no push. */
  readonly wake: Front | undefined;
}

/** The device's end of the stand-in for the operating system's push service. */
async function onWake(client: PartnerClient, request: Request): Promise<Response> {
  if (request.method !== 'POST') return { status: 404 };
  if (request.target === '/leave') {
    // Given back where the device can; where it cannot, the gatekeeper ends the account in time.
    if (client.busy) void client.deleteAccount().catch(() => {});
    return { status: 200 };
  }
  if (request.target !== '/wake') return { status: 404 };
  if (request.body.length > 0) return { status: 400 };
  // What becomes of it is told by events.
  if (!client.busy && client.context.own !== '') void client.connect().catch(() => {});
  return { status: 200 };
}

const ofClient = Object.fromEntries(
  Object.entries(CLIENT_OPERATIONS).map(([name, operation]) => [
    name,
    ({ client }: ClientApp, ...rest: [Parameters<typeof operation>[1], AbortSignal]) =>
      operation(client, ...rest),
  ]),
);

export const clientSeat: Seat<ClientApp> = {
  operations: ofClient,
  start: async (session) => {
    const part = partnerPart(session);
    const hosts = new Hosts(part.hosts, session.start.trust.ca_pem);
    const service = serviceOf(session, part);
    const client = new PartnerClient(new ClientContext(session, hosts, service, part.server));
    const wakes = client.context.flag('auto_connect_on_push', false) && 'wake' in part.listen;
    const identity = { certificate: part.certificate_pem, key: part.private_key_pem };
    const wake = wakes ? await listen(identity, (request) => onWake(client, request), 1024) : undefined;
    return { client, wake };
  },
  listening: ({ wake }): Record<string, string> => (wake === undefined ? {} : { wake: wake.address }),
  settle: ({ client }) => client.settled(),
  stop: ({ client, wake }) => {
    client.stop();
    wake?.close();
  },
};

/** One proxy for each service of the gatekeeper's, by the name under which `start` asks for it. */
type ProxyApp = ReadonlyMap<string, PartnerProxy>;

export const proxySeat: Seat<ProxyApp> = {
  operations: {},
  start: async (session) => {
    const part = partnerPart(session);
    const hosts = new Hosts(part.hosts, session.start.trust.ca_pem);
    const proxies = new Map<string, PartnerProxy>();
    for (const { service, chat } of part.services) {
      const name = service === 'whatsapp' ? 'proxy' : `proxy-${service}`;
      if (!Object.hasOwn(part.listen, name)) continue;
      const proxy = new PartnerProxy(hosts, parseAddress(chat));
      await proxy.start();
      proxies.set(name, proxy);
    }
    return proxies;
  },
  listening: (proxies) => Object.fromEntries([...proxies].map(([name, { address }]) => [name, address])),
  stop: (proxies) => proxies.forEach((proxy) => proxy.stop()),
};
