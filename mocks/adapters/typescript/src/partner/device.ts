// How a device and its own server know each other.
import { createHash } from 'node:crypto';

/** What the device of that actor shows its server. A product would have an account and a password; for
 * synthetic persons the name will do, and Parley's mocks make it the same way, so that this client can talk
 * to their server and this server to their client. */
export function deviceCredential(actor: string): string {
  const digest = createHash('sha256').update(`parley device credential\n${actor}`).digest();
  return digest.subarray(0, 18).toString('base64url');
}

export const authorization = (actor: string): string => `Bearer ${deviceCredential(actor)}`;

/** The host under which the server wakes the device. */
export const deviceHost = (actor: string): string => `${actor}.device.test`;
