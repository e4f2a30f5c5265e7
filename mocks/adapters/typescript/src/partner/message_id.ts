// Ids of messages: 3EB0 and 18 hexadecimal digits, which nobody guesses.
import { randomBytes } from 'node:crypto';
import { departs } from './defects.ts';

export function newMessageId(): string {
  const number = departs('same-message-id') ? Buffer.alloc(9) : randomBytes(9);
  return `3EB0${number.toString('hex').toUpperCase()}`;
}
