// Tokens that are wrong in one place each: what a scenario has the client ask its server for, to show that
// the gatekeeper looks.

export const TOKEN_FLAWS = [
  'alg-none',
  'hmac-with-public-key',
  'unknown-key',
  'embedded-key',
  'not-yet-valid',
  'other-partner',
  'other-audience',
  'other-service',
  'no-expiry',
  'longest-token',
  'too-long-token',
] as const;

export type TokenFlaw = (typeof TOKEN_FLAWS)[number];

export const isTokenFlaw = (word: string): word is TokenFlaw =>
  (TOKEN_FLAWS as readonly string[]).includes(word);
