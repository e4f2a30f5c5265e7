// As much of WebSocket (RFC 6455) as a chat client needs: binary messages, whose bounds mean nothing.
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { closed, refused } from '../driver/index.ts';
import type { ByteStream } from './byte_stream.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MOST_HEADER = 16 * 1024;
const MOST_MESSAGE = 16 * 1024 * 1024;

const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame of a client's, which is masked. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const size = payload.length;
  let head: Buffer;
  if (size < 126) head = Buffer.from([0x80 | opcode, 0x80 | size]);
  else if (size < 1 << 16) {
    head = Buffer.from([0x80 | opcode, 0x80 | 126, 0, 0]);
    head.writeUInt16BE(size, 2);
  } else {
    head = Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | 127]), Buffer.alloc(8)]);
    head.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}

export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Cuts what a server sends into frames. Throws for what no server may send. */
export class ServerFrames {
  #held: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): ServerFrame[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    const frames: ServerFrame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): ServerFrame | undefined {
    const [first, second] = this.#held;
    if (first === undefined || second === undefined) return undefined;
    if ((second & 0x80) !== 0 || (first & 0x70) !== 0) throw closed('a server frame is malformed');
    const marker = second & 0x7f;
    const head = marker === 126 ? 4 : marker === 127 ? 10 : 2;
    if (this.#held.length < head) return undefined;
    let size = marker;
    if (marker === 126) size = this.#held.readUInt16BE(2);
    if (marker === 127) size = Number(this.#held.readBigUInt64BE(2));
    if (size > MOST_MESSAGE) throw closed('a server frame is too large');
    if (this.#held.length < head + size) return undefined;
    const payload = this.#held.subarray(head, head + size);
    this.#held = this.#held.subarray(head + size);
    return { opcode: first & 0x0f, payload };
  }
}

function handshake(host: string, path: string, key: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    `Origin: https://${host}`,
    '\r\n',
  ].join('\r\n');
}

function checkUpgrade(head: string, key: string): void {
  const [status = '', ...lines] = head.split('\r\n');
  if (!/^HTTP\/1\.1 101\b/.test(status)) throw refused(`no WebSocket: ${status}`);
  const accept = createHash('sha1').update(key + GUID).digest('base64');
  const fits = lines.some((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    return name === 'sec-websocket-accept' && line.slice(colon + 1).trim() === accept;
  });
  if (!fits) throw refused('no WebSocket: its answer does not fit the key');
}

/** Reads the answer's head; what came behind it is given back. */
function readHead(socket: Socket): Promise<[string, Buffer]> {
  return new Promise((resolve, reject) => {
    let held: Buffer = Buffer.alloc(0);
    const ended = (): void => reject(closed('closed before the WebSocket was open'));
    const onData = (bytes: Buffer): void => {
      held = Buffer.concat([held, bytes]);
      const end = held.indexOf('\r\n\r\n');
      if (end < 0 && held.length > MOST_HEADER) reject(closed('the answer has too long a head'));
      if (end < 0) return;
      socket.off('data', onData);
      socket.off('close', ended);
      resolve([held.subarray(0, end).toString('latin1'), held.subarray(end + 4)]);
    };
    socket.on('data', onData);
    socket.once('close', ended);
  });
}

/** Turns the connection into a WebSocket; ends with the stream of bytes inside its messages. */
export async function openWebSocket(socket: Socket, host: string, path: string): Promise<ByteStream> {
  const key = randomBytes(16).toString('base64');
  socket.write(handshake(host, path, key));
  const [head, rest] = await readHead(socket);
  checkUpgrade(head, key);
  const frames = new ServerFrames();
  return {
    write: (bytes, done) => void socket.write(clientFrame(OPCODE.binary, bytes), done),
    listen: (onBytes, onEnd) => {
      const take = (bytes: Buffer): void => {
        try {
          for (const { opcode, payload } of frames.push(bytes)) {
            if (opcode <= OPCODE.binary) onBytes(payload);
            else if (opcode === OPCODE.ping) socket.write(clientFrame(OPCODE.pong, payload));
            else if (opcode === OPCODE.close) socket.end(clientFrame(OPCODE.close, payload));
          }
        } catch {
          socket.destroy();
        }
      };
      socket.on('data', take);
      socket.once('close', onEnd);
      if (rest.length > 0) take(rest);
    },
    close: () => void socket.destroy(),
  };
}
