// What no client sends: frames that are none, and stanzas of later versions.
import { bigEndian } from '../wire/bytes.ts';
import { node, type Node } from '../wire/node.ts';

const FILLING = 0xa5;

/** By name: the length that is announced, and the bytes that follow. */
const FRAMES: Readonly<Record<string, readonly [number, number]>> = {
  'zero-frame': [0, 0],
  'short-frame': [7, 7],
  'garbage-frame': [200, 200],
  'truncated-frame': [1000, 40],
  'oversize-frame': [0xffffff, 40],
};

const SERVER = 's.whatsapp.net';

const STANZAS: Readonly<Record<string, (id: string) => Node>> = {
  'unknown-stanza': (id) => node('parley-novelty', { id }, [node('thing', { kind: 'new' })]),
  'unknown-notification': (id) =>
    node('notification', { id, from: SERVER, type: 'novelty' }, [node('novelty')]),
  'unknown-information': (id) => node('ib', { id, from: SERVER }, [node('novelty', { more: '1' })]),
  'unknown-attribute': (id) =>
    node('iq', { id, type: 'get', from: SERVER, xmlns: 'w:p', novelty: 'yes' }, [node('ping')]),
};

export function oddFrame(what: string): Buffer | undefined {
  const found = Object.hasOwn(FRAMES, what) ? FRAMES[what] : undefined;
  if (found === undefined) return undefined;
  const [announced, size] = found;
  return Buffer.concat([bigEndian(announced, 3), Buffer.alloc(size, FILLING)]);
}

export function oddStanza(what: string, id: string): Node | undefined {
  return Object.hasOwn(STANZAS, what) ? STANZAS[what]?.(id) : undefined;
}
