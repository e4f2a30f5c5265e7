// The cast of the partner's tests: bob and carol of birdy, alice of WhatsApp, and a clock that stands where
// it is put.
import type { Clock, JsonObject, PartnerPart, Session } from '../../src/driver/index.ts';

export class TestClock implements Clock {
  time = Date.parse('2026-03-02T09:00:00Z');

  now(): number {
    return this.time;
  }

  async wait(ms: number): Promise<void> {
    this.time += ms;
  }
}

export const PARTNER: PartnerPart = {
  services: [
    {
      service: 'whatsapp',
      issuer: 'WHATSAPP',
      enlistment: 'https://v.whatsapp.net/3p/interop_reg',
      keys: 'https://whatsapp.com/.well-known/jwks',
      web_chat: 'wss://web.whatsapp.net/ws/chat',
      chat: 'chat.whatsapp.net:5222',
      media: 'mmg.whatsapp.net:443',
    },
  ],
  server: 'https://birdy.partner.test',
  hosts: {},
  listen: { https: 'birdy.partner.test:443' },
  certificate_pem: '',
  private_key_pem: '',
};

const user = (id: string, settings: JsonObject = {}) => ({
  id,
  kind: 'partner-user',
  of: 'birdy',
  settings: { identifier: `${id}@birdy.test`, integrator: 1, ...settings },
});

export interface TestSession extends Session {
  readonly clock: TestClock;
  readonly events: [string, JsonObject][];
}

/** As that actor; `settings` are carol's. */
export function session(actor: 'birdy' | 'bob', settings: JsonObject = {}): TestSession {
  const cast = [
    { id: 'birdy', kind: 'partner', of: '', settings: { integrator: 1 } },
    user('bob'),
    user('carol', settings),
    { id: 'alice', kind: 'whatsapp-user', of: '', settings: { number: '33612345678' } },
  ];
  const events: [string, JsonObject][] = [];
  const own = cast.find(({ id }) => id === actor);
  if (own === undefined) throw new Error(`no ${actor}`);
  return {
    events,
    clock: new TestClock(),
    start: {
      seat: actor === 'bob' ? 'partner-client' : 'partner-server',
      actor: own,
      cast: cast.filter(({ id }) => id !== actor),
      endpoints: { web_chat: '', chat: '', media: '' },
      trust: { noise_root: '00'.repeat(32), ca_pem: '' },
      time: '2026-03-02T09:00:00Z',
      addressing: 'interop',
      partner: PARTNER,
    },
    log: () => {},
    emit: (name, facts) => void events.push([name, facts]),
    pair: async () => {},
  };
}
