// The driver's log goes to standard error, of which Parley keeps the end for its findings. It must hold
// no secrets: what looks like one is left out, whoever wrote it.
import type { Writable } from 'node:stream';

const SECRETS: readonly [RegExp, string][] = [
  [/-----BEGIN [^-]*KEY-----[\s\S]*?(-----END [^-]*KEY-----|$)/g, '(key)'],
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '(token)'],
  [/(Bearer) +[^\s"]+/gi, '$1 (credential)'],
  // 32 bytes and more, in hex or base64.
  [/\b[0-9a-fA-F]{64,}\b/g, '(bytes)'],
  [/[A-Za-z0-9+/_-]{43,}={0,2}/g, '(bytes)'],
];

/** `known`: those of an account, which look like nothing in particular. */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  const line = known.reduce((rest, secret) => rest.replaceAll(secret, '(secret)'), text);
  return SECRETS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), line);
}

export type Log = (text: string) => void;

export function logTo(output: Writable, known: () => readonly string[] = () => []): Log {
  return (text) => {
    output.write(`${withoutSecrets(text, known())}\n`);
  };
}
