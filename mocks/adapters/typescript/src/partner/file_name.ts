// The name under which a received file is shown: no path, and nothing that turns text around.

const MOST_BYTES = 255;
// Controls; marks, embeddings, overrides and isolates of direction (Unicode, UAX #9); separators.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

export function safeFileName(name: string): string {
  let safe = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).replace(UNSAFE, '');
  while (Buffer.byteLength(safe) > MOST_BYTES) safe = [...safe].slice(0, -1).join('');
  return ['', '.', '..'].includes(safe) ? 'file' : safe;
}
