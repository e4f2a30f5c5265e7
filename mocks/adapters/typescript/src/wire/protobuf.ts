// As much of protobuf as the chat protocol needs: messages described by tables, read with limits.
import { ByteReader, WireError } from './bytes.ts';

type Scalar = 'uint' | 'bool' | 'text' | 'bytes';

/** A member by its field number. Nested messages are given as functions, since they may contain
 * themselves. */
export interface Field {
  readonly name: string;
  readonly kind: Scalar | (() => Schema);
}
export type Schema = Readonly<Record<number, Field>>;

/** Values by the names of the schema. */
export interface Message {
  [name: string]: string | number | boolean | Buffer | Message | undefined;
}

export const MOST_DEPTH = 32;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

// --- Writing ---------------------------------------------------------------------------------------

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/** One field with bytes in it, whatever the schema says. */
export function bytesField(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | BYTES), varint(bytes.length), bytes]);
}

/** One field with a number in it. */
export function numberField(number: number, value: number): Buffer {
  return Buffer.concat([varint((number << 3) | VARINT), varint(value)]);
}

function encodeField(number: number, field: Field, value: NonNullable<Message[string]>): Buffer {
  if (typeof field.kind === 'function') {
    return bytesField(number, encode(field.kind(), value as Message));
  }
  switch (field.kind) {
    case 'uint':
      return numberField(number, value as number);
    case 'bool':
      return numberField(number, value ? 1 : 0);
    case 'text':
      return bytesField(number, Buffer.from(value as string));
    case 'bytes':
      return bytesField(number, value as Buffer);
  }
}

/** Members that are undefined are left out. */
export function encode(schema: Schema, message: Message): Buffer {
  const parts: Buffer[] = [];
  for (const [number, field] of Object.entries(schema)) {
    const value = message[field.name];
    if (value !== undefined) parts.push(encodeField(Number(number), field, value));
  }
  return Buffer.concat(parts);
}

// --- Reading ---------------------------------------------------------------------------------------

/** The numbers of all fields of a message that was read, also of those that its schema does not have. */
const numbersOf = new WeakMap<Message, readonly number[]>();
export const fieldNumbers = (message: Message): readonly number[] => numbersOf.get(message) ?? [];

function readVarint(reader: ByteReader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.byte();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new WireError('a number of more than ten bytes');
}

function readRaw(reader: ByteReader, wireType: number): bigint | Buffer {
  switch (wireType) {
    case VARINT:
      return readVarint(reader);
    case FIXED64:
      return reader.take(8);
    case FIXED32:
      return reader.take(4);
    case BYTES: {
      const size = readVarint(reader);
      if (size > BigInt(reader.left)) throw new WireError('a field is cut off');
      return reader.take(Number(size));
    }
    default:
      throw new WireError(`no wire type ${wireType}`);
  }
}

function safeNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new WireError('a number is too large');
  return Number(value);
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WireError('a text is no UTF-8');
  }
}

function decodeField(
  field: Field,
  raw: bigint | Buffer,
  before: Message[string],
  depth: number,
): Message[string] {
  if (typeof raw === 'bigint') {
    if (field.kind === 'uint') return safeNumber(raw);
    return field.kind === 'bool' ? raw !== 0n : undefined;
  }
  if (typeof field.kind === 'function') {
    const merged = decodeInto(field.kind(), raw, depth + 1);
    return typeof before === 'object' && !Buffer.isBuffer(before) ? { ...before, ...merged } : merged;
  }
  if (field.kind === 'text') return utf8(raw);
  return field.kind === 'bytes' ? Buffer.from(raw) : undefined;
}

function decodeInto(schema: Schema, bytes: Buffer, depth: number): Message {
  if (depth > MOST_DEPTH) throw new WireError('messages are nested too deeply');
  const reader = new ByteReader(bytes);
  const message: Message = {};
  const numbers = new Set<number>();
  while (reader.left > 0) {
    const key = safeNumber(readVarint(reader));
    const number = Math.floor(key / 8);
    if (number === 0) throw new WireError('a field without a number');
    const raw = readRaw(reader, key % 8);
    numbers.add(number);
    const field = schema[number];
    if (field === undefined) continue;
    const value = decodeField(field, raw, message[field.name], depth);
    if (value !== undefined) message[field.name] = value;
  }
  numbersOf.set(message, [...numbers].sort((a, b) => a - b));
  return message;
}

/** Throws WireError for what is no protobuf, is nested too deeply or has texts that are no UTF-8. */
export function decode(schema: Schema, bytes: Buffer): Message {
  return decodeInto(schema, bytes, 0);
}

/** The bytes of a member; empty where it is missing. */
export function bytesOf(message: Message | undefined, name: string): Buffer {
  const value = message?.[name];
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

export function textOf(message: Message | undefined, name: string): string {
  const value = message?.[name];
  return typeof value === 'string' ? value : '';
}

export function numberOf(message: Message | undefined, name: string): number {
  const value = message?.[name];
  return typeof value === 'number' ? value : 0;
}

export function messageOf(message: Message | undefined, name: string): Message | undefined {
  const value = message?.[name];
  return typeof value === 'object' && !Buffer.isBuffer(value) ? value : undefined;
}
