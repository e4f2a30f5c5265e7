// Message franking, a surrogate (docs/wire-profiles.md): a commitment to what a message says, so that a
// report of it can be verified.
import { createHmac } from 'node:crypto';
import type { Json } from '../driver/index.ts';
import { contentFacts, type Content } from './message_content.ts';

/** JSON with sorted members and without spaces. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(',')}}`;
}

export function commitment(key: Buffer, content: Content): Buffer {
  return createHmac('sha256', key).update(canonical(contentFacts(content))).digest();
}
