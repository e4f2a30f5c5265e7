// Deliberate defects of the whole partner, to show that somebody would notice: `--defect NAME` on the command
// line, in none of the partner's own settings.

export const DEFECTS = [
  'no-delivery-receipt',
  'shows-damaged-files',
  'drops-quote',
  'same-message-id',
  'accepts-any-push',
  'drops-old-keys',
  'guessable-references',
  'shows-malformed',
] as const;
export type Defect = (typeof DEFECTS)[number];

const present = new Set<Defect>();

/** From the arguments of the command line. Throws for a name that nobody knows. */
export function takeDefects(words: readonly string[]): void {
  words.forEach((word, i) => {
    if (word !== '--defect') return;
    const name = DEFECTS.find((one) => one === words[i + 1]);
    if (name === undefined) throw new Error(`--defect is one of ${DEFECTS.join(', ')}`);
    present.add(name);
  });
}

export const departs = (defect: Defect): boolean => present.has(defect);
