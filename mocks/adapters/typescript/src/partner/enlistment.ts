// Enlistment: the form that a client posts, and what comes back.
import { failed, refused } from '../driver/index.ts';
import type { SignalAccount } from '../signal/account.ts';
import { KEY_TYPE } from '../signal/curve.ts';
import { bigEndian } from '../wire/bytes.ts';
import { INTEROP, parseJid } from '../wire/jid.ts';
import type { Answer } from './hosts.ts';

/** What a scenario may have wrong in the form itself. */
export const FORM_FAULTS = [
  'wrong-identifier',
  'bad-prekey-signature',
  'missing-argument',
  'wrong-size',
  'bad-keytype',
] as const;

export interface Enlistment {
  readonly chatKey: Buffer;
  readonly account: SignalAccount;
  readonly token: string;
  readonly identifier: string;
  readonly version: string;
  /** One of FORM_FAULTS, or anything else for none. */
  readonly fault: string;
}

const coded = (bytes: Buffer): string => bytes.toString('base64url');

export function enlistmentForm(enlistment: Enlistment): string {
  const { account, fault } = enlistment;
  const { id, key, signature } = account.signedPreKey;
  const shown = Buffer.from(signature);
  if (fault === 'bad-prekey-signature') shown[0] = (shown[0] ?? 0) ^ 1;
  const form = new URLSearchParams({
    authkey: coded(enlistment.chatKey),
    e_keytype: coded(Buffer.from([fault === 'bad-keytype' ? 0x06 : KEY_TYPE])),
    e_regid: coded(bigEndian(account.registrationId, 4)),
    e_ident: coded(account.identity.publicKey),
    e_skey_id: coded(bigEndian(id, 3).subarray(fault === 'wrong-size' ? 1 : 0)),
    e_skey_val: coded(key.publicKey),
    e_skey_sig: coded(shown),
    token: coded(Buffer.from(enlistment.token)),
    identifier: fault === 'wrong-identifier' ? `not-${enlistment.identifier}` : enlistment.identifier,
    protocol_version: enlistment.version,
  });
  if (fault === 'missing-argument') form.delete('e_regid');
  return form.toString();
}

export type EnlistmentAnswer =
  | { readonly status: 'ok'; readonly jid: string }
  | { readonly status: 'fail'; readonly reason: string };

/** Success and failure are both HTTP 200: the member `status` decides. */
export function readEnlistmentAnswer(answer: Answer): EnlistmentAnswer {
  if (answer.status !== 200) throw refused(`status ${answer.status}`);
  const { status, login, reason } = JSON.parse(answer.body.toString()) as Record<string, unknown>;
  if (status === 'fail') return { status, reason: typeof reason === 'string' ? reason : '' };
  const jid = typeof login === 'string' ? parseJid(login) : undefined;
  if (status !== 'ok' || jid?.server !== INTEROP || typeof login !== 'string') {
    throw failed('not an answer to an enlistment');
  }
  return { status, jid: login };
}
