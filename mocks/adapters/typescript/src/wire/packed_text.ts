// Texts of digits, and of hexadecimal digits, two characters to a byte.
import { WireError } from './bytes.ts';

export interface Packing {
  readonly alphabet: string;
}

export const NIBBLES: Packing = { alphabet: '0123456789-.' };
export const HEX: Packing = { alphabet: '0123456789ABCDEF' };

/** Longer texts are not packed. */
const MOST_CHARACTERS = 127;
const PAD = 15;
const ODD = 0x80;

export function canPack(text: string, packing: Packing): boolean {
  return (
    text.length > 0 &&
    text.length <= MOST_CHARACTERS &&
    [...text].every((character) => packing.alphabet.includes(character))
  );
}

/** The length byte and the packed bytes. */
export function pack(text: string, packing: Packing): Buffer {
  const size = Math.ceil(text.length / 2);
  const out = Buffer.alloc(1 + size);
  out[0] = size | (text.length % 2 === 0 ? 0 : ODD);
  for (let i = 0; i < size; i += 1) {
    const high = packing.alphabet.indexOf(text.charAt(2 * i));
    const low = 2 * i + 1 < text.length ? packing.alphabet.indexOf(text.charAt(2 * i + 1)) : PAD;
    out[1 + i] = (high << 4) | low;
  }
  return out;
}

/** The number of bytes that follow the length byte. */
export const packedSize = (lengthByte: number): number => lengthByte & ~ODD;

export function unpack(lengthByte: number, bytes: Buffer, packing: Packing): string {
  const odd = (lengthByte & ODD) !== 0;
  if (odd && bytes.length === 0) throw new WireError('a packed text of less than nothing');
  let text = '';
  bytes.forEach((byte, i) => {
    const last = odd && i === bytes.length - 1;
    for (const digit of last ? [byte >> 4] : [byte >> 4, byte & 15]) {
      const character = packing.alphabet.charAt(digit);
      if (character === '') throw new WireError(`${digit} is no packed character`);
      text += character;
    }
  });
  return text;
}
