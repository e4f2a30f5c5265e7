// Sends every HTTPS request of Baileys to one address, whatever host the URL names, so that a test never
// reaches the real servers. Names stay as they are in the request and in TLS. Baileys uploads with an
// agent of node:https and downloads with fetch, which wants a dispatcher.
import https from 'node:https';
import tls from 'node:tls';
import { invalid } from './failure.mjs';

/** "127.0.0.1:41003" taken apart. */
export function parseAddress(address) {
  const match = /^(?<host>[^:]+|\[[0-9a-fA-F:]+\]):(?<port>\d{1,5})$/.exec(address);
  if (match === null || Number(match.groups.port) > 65535) {
    throw invalid(`"${address}" is not host:port`);
  }
  return { host: match.groups.host.replace(/^\[|\]$/g, ''), port: Number(match.groups.port) };
}

function connectTo({ host, port }, servername) {
  return tls.connect({ host, port, servername, ALPNProtocols: ['http/1.1'] });
}

class RoutedAgent extends https.Agent {
  #to;

  constructor(to) {
    super({ keepAlive: false });
    this.#to = to;
  }

  createConnection(options) {
    return connectTo(this.#to, options.servername ?? options.host);
  }
}

/** The class of fetch's own dispatcher: node has it built in and does not export it. */
function dispatcherClass() {
  void new Response(); // loads it
  return globalThis[Symbol.for('undici.globalDispatcher.1')].constructor;
}

function routedDispatcher(to) {
  const Dispatcher = dispatcherClass();
  return new Dispatcher({
    connect: ({ servername, hostname }, done) => {
      const socket = connectTo(to, servername || hostname);
      socket.once('secureConnect', () => done(null, socket));
      socket.once('error', (error) => done(error, null));
    },
  });
}

export function mediaRoute(address) {
  const to = parseAddress(address);
  return { agent: new RoutedAgent(to), dispatcher: routedDispatcher(to) };
}
