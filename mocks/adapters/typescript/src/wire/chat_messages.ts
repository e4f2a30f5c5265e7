// The messages of schemas/chat.proto that a partner's client writes and reads.
import type { Schema } from './protobuf.ts';

const CLIENT_HELLO: Schema = {
  1: { name: 'ephemeral', kind: 'bytes' },
  2: { name: 'static', kind: 'bytes' },
  3: { name: 'payload', kind: 'bytes' },
};

const CLIENT_FINISH: Schema = {
  1: { name: 'static', kind: 'bytes' },
  2: { name: 'payload', kind: 'bytes' },
};

export const HANDSHAKE: Schema = {
  2: { name: 'clientHello', kind: () => CLIENT_HELLO },
  3: { name: 'serverHello', kind: () => CLIENT_HELLO },
  4: { name: 'clientFinish', kind: () => CLIENT_FINISH },
};

const CERTIFICATE: Schema = {
  1: { name: 'details', kind: 'bytes' },
  2: { name: 'signature', kind: 'bytes' },
};

export const CERTIFICATE_CHAIN: Schema = {
  1: { name: 'leaf', kind: () => CERTIFICATE },
  2: { name: 'intermediate', kind: () => CERTIFICATE },
};

export const CERTIFICATE_DETAILS: Schema = {
  1: { name: 'serial', kind: 'uint' },
  2: { name: 'issuerSerial', kind: 'uint' },
  3: { name: 'key', kind: 'bytes' },
  4: { name: 'notBefore', kind: 'uint' },
  5: { name: 'notAfter', kind: 'uint' },
};

const APP_VERSION: Schema = {
  1: { name: 'primary', kind: 'uint' },
  2: { name: 'secondary', kind: 'uint' },
  3: { name: 'tertiary', kind: 'uint' },
};

const USER_AGENT: Schema = {
  1: { name: 'platform', kind: 'uint' },
  2: { name: 'appVersion', kind: () => APP_VERSION },
  11: { name: 'localeLanguage', kind: 'text' },
  12: { name: 'localeCountry', kind: 'text' },
};

const INTEROP_DATA: Schema = {
  1: { name: 'accountId', kind: 'uint' },
  2: { name: 'token', kind: 'text' },
  3: { name: 'enableReadReceipts', kind: 'bool' },
};

/** `product` of a partner's client. */
export const PRODUCT_INTEROP = 2;

export const CLIENT_PAYLOAD: Schema = {
  3: { name: 'passive', kind: 'bool' },
  5: { name: 'userAgent', kind: () => USER_AGENT },
  12: { name: 'connectType', kind: 'uint' },
  13: { name: 'connectReason', kind: 'uint' },
  20: { name: 'product', kind: 'uint' },
  38: { name: 'interopData', kind: () => INTEROP_DATA },
  // A surrogate: where a client states its version is not public.
  50001: { name: 'protocolVersion', kind: 'text' },
};
