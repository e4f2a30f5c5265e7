// The server's certificates in the handshake: the root's signature over the intermediate's details, the
// intermediate's over the leaf's, and the leaf for the key that the server proved to have.
import { verify } from '../signal/curve.ts';
import { WireError } from './bytes.ts';
import { CERTIFICATE_CHAIN, CERTIFICATE_DETAILS } from './chat_messages.ts';
import { bytesOf, decode, messageOf, numberOf, type Message } from './protobuf.ts';

export interface ChainExpectation {
  readonly root: Buffer;
  readonly serverKey: Buffer;
  /** Seconds since 1970. */
  readonly now: number;
}

/** The server could not prove who it is. */
export class CertificateError extends WireError {
  constructor(message: string) {
    super(message);
    this.name = 'CertificateError';
  }
}

const ROOT_SERIAL = 0;

function checkTime(details: Message, now: number): void {
  if (now < numberOf(details, 'notBefore')) throw new CertificateError('a certificate is not valid yet');
  if (now > numberOf(details, 'notAfter')) throw new CertificateError('a certificate has expired');
}

function signedDetails(certificate: Message | undefined, issuer: Buffer, what: string): Message {
  const details = bytesOf(certificate, 'details');
  if (!verify(issuer, details, bytesOf(certificate, 'signature'))) {
    throw new CertificateError(`the ${what} certificate's signature does not hold`);
  }
  return decode(CERTIFICATE_DETAILS, details);
}

/** Throws CertificateError, which says what is wrong; WireError for what is no chain at all. */
export function checkChain(bytes: Buffer, expected: ChainExpectation): void {
  const chain = decode(CERTIFICATE_CHAIN, bytes);
  const intermediate = signedDetails(messageOf(chain, 'intermediate'), expected.root, 'intermediate');
  const key = bytesOf(intermediate, 'key');
  const leaf = signedDetails(messageOf(chain, 'leaf'), key, 'leaf');
  if (intermediate['issuerSerial'] !== ROOT_SERIAL) throw new CertificateError('another root issued it');
  if (numberOf(leaf, 'issuerSerial') !== numberOf(intermediate, 'serial')) {
    throw new CertificateError('the leaf certificate names another issuer');
  }
  checkTime(intermediate, expected.now);
  checkTime(leaf, expected.now);
  if (!bytesOf(leaf, 'key').equals(expected.serverKey)) {
    throw new CertificateError('the leaf certificate is for another key');
  }
}
