// Deliberate damage to the next message, for the exchanges that start with an undecryptable one. Baileys
// takes the maker of its Signal repository as configuration; ours wraps the original and changes one bit
// of one finished ciphertext.
import { DEFAULT_CONNECTION_CONFIG, jidDecode } from 'baileys';
import protobufs from 'libsignal/src/protobufs.js';

function flipLastBit(bytes) {
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 1] ^= 1;
  return damaged;
}

/** The ciphertext with its MAC damaged; around a prekey message's, everything else stays whole. */
export function withDamagedMac(type, ciphertext) {
  if (type !== 'pkmsg') return flipLastBit(ciphertext);
  const message = protobufs.PreKeyWhisperMessage.decode(ciphertext.subarray(1));
  message.message = flipLastBit(message.message);
  return Buffer.concat([
    ciphertext.subarray(0, 1),
    protobufs.PreKeyWhisperMessage.encode(message).finish(),
  ]);
}

export class Damage {
  #armed = false;

  armNext() {
    this.#armed = true;
  }

  /** For the option makeSignalRepository. Messages to the account's own devices are left alone. */
  repositoryMaker(make = DEFAULT_CONNECTION_CONFIG.makeSignalRepository) {
    return (auth, ...rest) => {
      const repository = make(auth, ...rest);
      const encrypt = repository.encryptMessage.bind(repository);
      repository.encryptMessage = async (message) => {
        const encrypted = await encrypt(message);
        if (!this.#armed || isOwn(auth.creds.me, message.jid)) return encrypted;
        this.#armed = false;
        return { ...encrypted, ciphertext: withDamagedMac(encrypted.type, encrypted.ciphertext) };
      };
      return repository;
    };
  }
}

function isOwn(me, jid) {
  const user = jidDecode(jid)?.user;
  return user !== undefined && [me?.id, me?.lid].some((own) => jidDecode(own)?.user === user);
}
