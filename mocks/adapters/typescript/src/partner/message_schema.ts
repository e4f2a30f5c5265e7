// The messages of schemas/message.proto that the partner writes and reads.
import type { Schema } from '../wire/protobuf.ts';

const CONTEXT: Schema = {
  1: { name: 'stanzaId', kind: 'text' },
  2: { name: 'participant', kind: 'text' },
  3: { name: 'quotedMessage', kind: () => MESSAGE },
};

const EXTENDED_TEXT: Schema = {
  1: { name: 'text', kind: 'text' },
  17: { name: 'contextInfo', kind: () => CONTEXT },
};

const IMAGE: Schema = {
  1: { name: 'url', kind: 'text' },
  2: { name: 'mimetype', kind: 'text' },
  3: { name: 'caption', kind: 'text' },
  4: { name: 'fileSha256', kind: 'bytes' },
  5: { name: 'fileLength', kind: 'uint' },
  8: { name: 'mediaKey', kind: 'bytes' },
  9: { name: 'fileEncSha256', kind: 'bytes' },
  11: { name: 'directPath', kind: 'text' },
  12: { name: 'mediaKeyTimestamp', kind: 'uint' },
  17: { name: 'contextInfo', kind: () => CONTEXT },
};

const VIDEO: Schema = {
  1: { name: 'url', kind: 'text' },
  2: { name: 'mimetype', kind: 'text' },
  3: { name: 'fileSha256', kind: 'bytes' },
  4: { name: 'fileLength', kind: 'uint' },
  6: { name: 'mediaKey', kind: 'bytes' },
  7: { name: 'caption', kind: 'text' },
  11: { name: 'fileEncSha256', kind: 'bytes' },
  13: { name: 'directPath', kind: 'text' },
  14: { name: 'mediaKeyTimestamp', kind: 'uint' },
  17: { name: 'contextInfo', kind: () => CONTEXT },
  18: { name: 'sidecar', kind: 'bytes' },
};

const AUDIO: Schema = {
  1: { name: 'url', kind: 'text' },
  2: { name: 'mimetype', kind: 'text' },
  3: { name: 'fileSha256', kind: 'bytes' },
  4: { name: 'fileLength', kind: 'uint' },
  6: { name: 'ptt', kind: 'bool' },
  7: { name: 'mediaKey', kind: 'bytes' },
  8: { name: 'fileEncSha256', kind: 'bytes' },
  9: { name: 'directPath', kind: 'text' },
  10: { name: 'mediaKeyTimestamp', kind: 'uint' },
  17: { name: 'contextInfo', kind: () => CONTEXT },
  18: { name: 'sidecar', kind: 'bytes' },
};

const DOCUMENT: Schema = {
  1: { name: 'url', kind: 'text' },
  2: { name: 'mimetype', kind: 'text' },
  3: { name: 'title', kind: 'text' },
  4: { name: 'fileSha256', kind: 'bytes' },
  5: { name: 'fileLength', kind: 'uint' },
  7: { name: 'mediaKey', kind: 'bytes' },
  8: { name: 'fileName', kind: 'text' },
  9: { name: 'fileEncSha256', kind: 'bytes' },
  10: { name: 'directPath', kind: 'text' },
  11: { name: 'mediaKeyTimestamp', kind: 'uint' },
  17: { name: 'contextInfo', kind: () => CONTEXT },
  20: { name: 'caption', kind: 'text' },
};

const KEY: Schema = {
  1: { name: 'remoteJid', kind: 'text' },
  2: { name: 'fromMe', kind: 'bool' },
  3: { name: 'id', kind: 'text' },
  4: { name: 'participant', kind: 'text' },
};

const REACTION: Schema = {
  1: { name: 'key', kind: () => KEY },
  2: { name: 'text', kind: 'text' },
  4: { name: 'timestampMs', kind: 'uint' },
};

const PROTOCOL: Schema = {
  1: { name: 'key', kind: () => KEY },
  2: { name: 'type', kind: 'uint' },
};

const CONTEXT_INFO: Schema = { 3: { name: 'messageSecret', kind: 'bytes' } };
const WRAPPED: Schema = { 1: { name: 'message', kind: () => MESSAGE } };
const OPAQUE: Schema = {};

export const MESSAGE: Schema = {
  1: { name: 'conversation', kind: 'text' },
  2: { name: 'senderKeyDistribution', kind: () => OPAQUE },
  3: { name: 'imageMessage', kind: () => IMAGE },
  6: { name: 'extendedTextMessage', kind: () => EXTENDED_TEXT },
  7: { name: 'documentMessage', kind: () => DOCUMENT },
  8: { name: 'audioMessage', kind: () => AUDIO },
  9: { name: 'videoMessage', kind: () => VIDEO },
  12: { name: 'protocolMessage', kind: () => PROTOCOL },
  26: { name: 'stickerMessage', kind: () => OPAQUE },
  31: { name: 'deviceSentMessage', kind: () => OPAQUE },
  35: { name: 'messageContextInfo', kind: () => CONTEXT_INFO },
  37: { name: 'viewOnceMessage', kind: () => WRAPPED },
  40: { name: 'ephemeralMessage', kind: () => WRAPPED },
  46: { name: 'reactionMessage', kind: () => REACTION },
  53: { name: 'documentWithCaptionMessage', kind: () => WRAPPED },
  58: { name: 'editedMessage', kind: () => WRAPPED },
  66: { name: 'ptvMessage', kind: () => VIDEO },
};
