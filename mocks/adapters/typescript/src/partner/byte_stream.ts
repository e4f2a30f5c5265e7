// A connection as a stream of bytes, over TCP or inside a WebSocket.
import type { Socket } from 'node:net';

export interface ByteStream {
  write(bytes: Buffer, done?: () => void): void;
  /** To be called once, at once: what comes earlier is lost. */
  listen(onBytes: (bytes: Buffer) => void, onEnd: () => void): void;
  close(): void;
}

export function tcpStream(socket: Socket): ByteStream {
  return {
    write: (bytes, done) => void socket.write(bytes, done),
    listen: (onBytes, onEnd) => {
      socket.on('data', onBytes);
      socket.once('close', onEnd);
    },
    close: () => void socket.destroy(),
  };
}
