// Makes this process trust one run's servers and nobody else: the root of the chat servers' certificate
// chain, which Baileys exports for that, and the authority of the TLS servers.
import tls from 'node:tls';
import { WA_CERT_DETAILS } from 'baileys';
import { Failure, code, invalid } from './failure.mjs';
import { text } from './arguments.mjs';

export function trustOnly(trust) {
  const root = text(trust, 'noise_root');
  if (!/^[0-9a-fA-F]{64}$/.test(root)) throw invalid('"noise_root" must be 64 hex digits');
  const authority = text(trust, 'ca_pem');
  if (typeof tls.setDefaultCACertificates !== 'function') {
    throw new Failure(code.failed, `node ${process.version} cannot be told whom to trust; use 22.19 or later`);
  }
  try {
    tls.setDefaultCACertificates([authority]);
  } catch (error) {
    throw invalid(`"ca_pem" is no certificate: ${error.message}`);
  }
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(root, 'hex');
}
