// Stanzas in bytes: a token for what the dictionary has, packed digits, addresses in parts, lists.
import { inflateSync } from 'node:zlib';
import { ByteReader, WireError, bigEndian } from './bytes.ts';
import { INTEROP, NATIVE, jidText, parseJid, type Jid } from './jid.ts';
import type { Node } from './node.ts';
import { HEX, NIBBLES, canPack, pack, packedSize, unpack } from './packed_text.ts';
import { DOUBLE_TOKENS, SINGLE_TOKENS } from './tokens.ts';

const TAG = {
  emptyList: 0,
  dictionary0: 236,
  interopJid: 245,
  fbJid: 246,
  adJid: 247,
  list8: 248,
  list16: 249,
  jidPair: 250,
  hex8: 251,
  binary8: 252,
  binary20: 253,
  binary32: 254,
  nibble8: 255,
} as const;

const COMPRESSED = 2;
const MOST_INFLATED = 16 * 1024 * 1024;
const MOST_DEPTH = 64;
/** By the domain byte of an AD_JID. */
const DOMAINS: ReadonlyMap<number, string> = new Map([
  [0, NATIVE],
  [1, 'lid'],
  [128, 'hosted'],
  [129, 'hosted.lid'],
]);

const TOKENS: ReadonlyMap<string, Buffer> = new Map([
  ...DOUBLE_TOKENS.flatMap((tokens, dictionary) =>
    tokens.map((token, index): [string, Buffer] => [
      token,
      Buffer.from([TAG.dictionary0 + dictionary, index]),
    ]),
  ),
  ...SINGLE_TOKENS.map((token, index): [string, Buffer] => [token, Buffer.from([index])]).slice(1),
]);

// --- Writing ---------------------------------------------------------------------------------------

function binary(bytes: Buffer): Buffer[] {
  if (bytes.length < 1 << 8) return [Buffer.from([TAG.binary8, bytes.length]), bytes];
  if (bytes.length < 1 << 20) {
    return [Buffer.from([TAG.binary20]), bigEndian(bytes.length, 3), bytes];
  }
  return [Buffer.from([TAG.binary32]), bigEndian(bytes.length, 4), bytes];
}

function text(value: string): Buffer[] {
  const token = TOKENS.get(value);
  if (token !== undefined) return [token];
  if (canPack(value, NIBBLES)) return [Buffer.from([TAG.nibble8]), pack(value, NIBBLES)];
  if (canPack(value, HEX)) return [Buffer.from([TAG.hex8]), pack(value, HEX)];
  return binary(Buffer.from(value));
}

function address(jid: Jid): Buffer[] {
  const user = jid.user === '' ? [Buffer.from([TAG.emptyList])] : text(jid.user);
  if (jid.server === INTEROP && jid.user !== '') {
    const numbers = Buffer.concat([bigEndian(jid.device, 2), bigEndian(jid.integrator, 2)]);
    return [Buffer.from([TAG.interopJid]), ...user, numbers, ...text(INTEROP)];
  }
  if (jid.device === 0) return [Buffer.from([TAG.jidPair]), ...user, ...text(jid.server)];
  const domain = [...DOMAINS].find(([, server]) => server === jid.server)?.[0];
  if (domain !== undefined && jid.device < 1 << 8) {
    return [Buffer.from([TAG.adJid, domain, jid.device]), ...user];
  }
  return [Buffer.from([TAG.fbJid]), ...user, bigEndian(jid.device, 2), ...text(jid.server)];
}

function value(given: string): Buffer[] {
  const jid = parseJid(given);
  return jid === undefined ? text(given) : address(jid);
}

function list(size: number): Buffer {
  if (size === 0) return Buffer.from([TAG.emptyList]);
  if (size < 1 << 8) return Buffer.from([TAG.list8, size]);
  if (size < 1 << 16) return Buffer.concat([Buffer.from([TAG.list16]), bigEndian(size, 2)]);
  throw new WireError(`a list of ${size}`);
}

function encoded(node: Node): Buffer[] {
  const attributes = Object.entries(node.attributes);
  const hasContent = node.content !== undefined || node.children.length > 0;
  return [
    list(1 + 2 * attributes.length + (hasContent ? 1 : 0)),
    ...text(node.tag),
    ...attributes.flatMap(([name, given]) => [...text(name), ...value(given)]),
    ...(node.content !== undefined ? binary(node.content) : []),
    ...(node.children.length > 0 ? [list(node.children.length)] : []),
    ...node.children.flatMap(encoded),
  ];
}

export function encodeNode(node: Node): Buffer {
  return Buffer.concat(encoded(node));
}

/** With the flag byte that stands before it on the wire. */
export function packStanza(node: Node): Buffer {
  return Buffer.concat([Buffer.from([0]), encodeNode(node)]);
}

// --- Reading ---------------------------------------------------------------------------------------

class NodeReader {
  readonly #bytes: ByteReader;

  constructor(bytes: ByteReader) {
    this.#bytes = bytes;
  }

  node(depth = 0): Node {
    if (depth > MOST_DEPTH) throw new WireError('stanzas are nested too deeply');
    const size = this.#listSize(this.#bytes.byte());
    if (size === undefined || size === 0) throw new WireError('a stanza is no list');
    const tag = this.#text();
    const attributes: Record<string, string> = {};
    for (let i = 0; i < (size - 1) >> 1; i += 1) {
      const name = this.#text();
      if (Object.hasOwn(attributes, name)) throw new WireError(`attribute ${name} comes twice`);
      attributes[name] = this.#text();
    }
    if (size % 2 === 1) return { tag, attributes, children: [] };
    const mark = this.#bytes.byte();
    const children = this.#listSize(mark);
    if (children !== undefined) {
      return { tag, attributes, children: this.#nodes(children, depth) };
    }
    const content = this.#binary(mark) ?? Buffer.from(this.#textOf(mark));
    return { tag, attributes, children: [], content: Buffer.from(content) };
  }

  #nodes(count: number, depth: number): Node[] {
    const nodes: Node[] = [];
    for (let i = 0; i < count; i += 1) nodes.push(this.node(depth + 1));
    return nodes;
  }

  #listSize(mark: number): number | undefined {
    if (mark === TAG.emptyList) return 0;
    if (mark === TAG.list8) return this.#bytes.byte();
    if (mark === TAG.list16) return this.#bytes.number(2);
    return undefined;
  }

  #binary(mark: number): Buffer | undefined {
    if (mark === TAG.binary8) return this.#bytes.take(this.#bytes.byte());
    if (mark === TAG.binary20) return this.#bytes.take(this.#bytes.number(3) & 0xfffff);
    if (mark === TAG.binary32) return this.#bytes.take(this.#bytes.number(4));
    return undefined;
  }

  #text(): string {
    return this.#textOf(this.#bytes.byte());
  }

  #textOf(mark: number): string {
    const bytes = this.#binary(mark);
    if (bytes !== undefined) return utf8(bytes);
    switch (mark) {
      case TAG.emptyList:
        return '';
      case TAG.nibble8:
      case TAG.hex8: {
        const length = this.#bytes.byte();
        const packing = mark === TAG.hex8 ? HEX : NIBBLES;
        return unpack(length, this.#bytes.take(packedSize(length)), packing);
      }
      case TAG.jidPair:
      case TAG.adJid:
      case TAG.fbJid:
      case TAG.interopJid:
        return this.#address(mark);
      default:
        return this.#token(mark);
    }
  }

  #token(mark: number): string {
    const dictionary = DOUBLE_TOKENS[mark - TAG.dictionary0];
    const token = dictionary === undefined ? SINGLE_TOKENS[mark] : dictionary[this.#bytes.byte()];
    if (token === undefined) throw new WireError(`no token ${mark}`);
    return token;
  }

  #address(mark: number): string {
    if (mark === TAG.adJid) {
      const domain = this.#bytes.byte();
      const device = this.#bytes.byte();
      const server = DOMAINS.get(domain);
      if (server === undefined) throw new WireError(`no domain ${domain}`);
      return jidText({ user: this.#text(), server, device, integrator: 0 });
    }
    const user = this.#text();
    if (mark === TAG.jidPair) return `${user}@${this.#text()}`;
    const device = this.#bytes.number(2);
    const integrator = mark === TAG.interopJid ? this.#bytes.number(2) : 0;
    return jidText({ user, server: this.#text(), device, integrator });
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new WireError('a text is no UTF-8');
  }
}

/** One stanza and nothing behind it. Throws WireError for anything else. */
export function decodeNode(bytes: Buffer): Node {
  const reader = new ByteReader(bytes);
  const node = new NodeReader(reader).node();
  if (reader.left > 0) throw new WireError(`${reader.left} bytes behind the stanza`);
  return node;
}

export function unpackStanza(bytes: Buffer): Node {
  const flags = bytes[0];
  if (flags === undefined || (flags & ~COMPRESSED) !== 0) throw new WireError('unknown flags');
  if ((flags & COMPRESSED) === 0) return decodeNode(bytes.subarray(1));
  try {
    return decodeNode(inflateSync(bytes.subarray(1), { maxOutputLength: MOST_INFLATED }));
  } catch (thrown) {
    if (thrown instanceof WireError) throw thrown;
    throw new WireError('a compressed stanza is damaged or too large');
  }
}
