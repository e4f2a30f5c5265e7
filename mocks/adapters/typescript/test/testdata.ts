// Vectors that the whole project shares.
import { readFileSync } from 'node:fs';

const WIRE = new URL('../../../../harness/wire/', import.meta.url);

/** A file of harness/wire/testdata, or of harness/wire/signal/testdata. */
export function testdata<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, WIRE), 'utf8')) as T;
}

export const hex = (text: string): Buffer => Buffer.from(text, 'hex');
