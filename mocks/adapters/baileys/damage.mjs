// Deliberate damage to the next message, for the exchanges that start with an undecryptable one. Baileys
// takes the maker of its Signal repository as configuration; ours wraps the original and changes one bit
// of one finished ciphertext.
import { DEFAULT_CONNECTION_CONFIG, jidDecode } from 'baileys';

const INNER_MESSAGE = 4; // the field of a prekey message that holds the message proper
const VARINT = 0;
const BYTES = 2;

function readVarint(bytes, at) {
  let value = 0;
  for (let offset = at, factor = 1; offset < bytes.length; offset += 1, factor *= 128) {
    value += (bytes[offset] & 0x7f) * factor;
    if (bytes[offset] < 0x80) return { value, next: offset + 1 };
  }
  throw new Error('a ciphertext that ends within a number');
}

/** Where the field's bytes end, in a protobuf of varints and byte strings. */
function endOfField(bytes, start, wanted) {
  for (let at = start; at < bytes.length; ) {
    const key = readVarint(bytes, at);
    const field = Math.floor(key.value / 8);
    const body = readVarint(bytes, key.next);
    if (key.value % 8 === VARINT) {
      at = body.next;
    } else if (key.value % 8 === BYTES) {
      at = body.next + body.value;
      if (field === wanted) return at;
    } else {
      throw new Error('a ciphertext with a field of unknown type');
    }
  }
  throw new Error(`a ciphertext without field ${wanted}`);
}

/** The ciphertext with its MAC damaged; around a prekey message's, everything else stays whole. */
export function withDamagedMac(type, ciphertext) {
  const damaged = Buffer.from(ciphertext);
  // A MAC is the end of a message; the version byte stands before the protobuf.
  const end = type === 'pkmsg' ? endOfField(damaged, 1, INNER_MESSAGE) : damaged.length;
  damaged[end - 1] ^= 1;
  return damaged;
}

function isOwn(me, jid) {
  const user = jidDecode(jid)?.user;
  return user !== undefined && [me?.id, me?.lid].some((own) => jidDecode(own)?.user === user);
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
