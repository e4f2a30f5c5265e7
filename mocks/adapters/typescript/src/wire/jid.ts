// Addresses of the chat protocol: "33612345678@s.whatsapp.net", "12-10501@interop",
// "12-10501:2@interop", "@s.whatsapp.net".

export const INTEROP = 'interop';
export const NATIVE = 's.whatsapp.net';

export interface Jid {
  user: string;
  server: string;
  device: number;
  /** Of an interop address; 0 for others. */
  integrator: number;
}

const SERVERS = new Set([
  NATIVE, INTEROP, 'lid', 'g.us', 'msgr', 'hosted', 'hosted.lid', 'broadcast', 'newsletter',
]);
const MOST_16 = 0xffff;

function smallNumber(text: string): number | undefined {
  const value = /^(0|[1-9]\d{0,4})$/.test(text) ? Number(text) : MOST_16 + 1;
  return value <= MOST_16 ? value : undefined;
}

/** Undefined for what is no address of a server that the protocol knows, such as an e-mail address. */
export function parseJid(text: string): Jid | undefined {
  const at = text.indexOf('@');
  const server = text.slice(at + 1);
  if (at < 0 || !SERVERS.has(server)) return undefined;
  let user = text.slice(0, at);
  let device = 0;
  const colon = user.indexOf(':');
  if (colon >= 0) {
    const number = smallNumber(user.slice(colon + 1));
    if (number === undefined || colon === 0) return undefined;
    device = number;
    user = user.slice(0, colon);
  }
  if (server !== INTEROP || user === '') return { user, server, device, integrator: 0 };
  const dash = user.indexOf('-');
  const integrator = smallNumber(user.slice(0, Math.max(dash, 0)));
  if (integrator === undefined || dash + 1 === user.length) return undefined;
  return { user: user.slice(dash + 1), server, device, integrator };
}

export function jidText(jid: Jid): string {
  const number = jid.server === INTEROP && jid.user !== '' ? `${jid.integrator}-` : '';
  const device = jid.device === 0 ? '' : `:${jid.device}`;
  return `${number}${jid.user}${device}@${jid.server}`;
}

/** The account's address, whatever the device. */
export function withoutDevice(text: string): string {
  const jid = parseJid(text);
  return jid === undefined ? text : jidText({ ...jid, device: 0 });
}
