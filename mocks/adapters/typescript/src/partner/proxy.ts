// The partner's proxy: for each client a connection of its own to the gatekeeper, which begins by saying
// the client's address and lives as long as the client's. It passes bytes and opens none.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Address, Hosts } from './hosts.ts';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const VERSION_2_PROXY = 0x21;
const UNSPECIFIED = 0x00;
/** The type of the value that holds the address, a surrogate (docs/wire-profiles.md). */
const ADDRESS = 0xe0;

function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A PROXY protocol 2 header of family "unspecified" with one value in it. */
export function proxyPreface(clientAddress: string): Buffer {
  const value = Buffer.concat([Buffer.from([ADDRESS]), sized(Buffer.from(clientAddress))]);
  return Buffer.concat([SIGNATURE, Buffer.from([VERSION_2_PROXY, UNSPECIFIED]), sized(value)]);
}

export class PartnerProxy {
  readonly #hosts: Hosts;
  readonly #upstream: Address;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  constructor(hosts: Hosts, upstream: Address) {
    this.#hosts = hosts;
    this.#upstream = upstream;
    this.#server = createServer((client) => void this.#serve(client));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  stop(): void {
    this.#hosts.close();
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    try {
      const upstream = await this.#hosts.connect(this.#upstream, false);
      this.#keep(upstream);
      upstream.write(proxyPreface(client.remoteAddress ?? ''));
      // Each end's going away takes the other with it.
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
      if (client.destroyed) upstream.destroy();
      client.pipe(upstream);
      upstream.pipe(client);
    } catch {
      client.destroy();
    }
  }

  #keep(socket: Socket): void {
    this.#open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.once('close', () => this.#open.delete(socket));
  }
}
