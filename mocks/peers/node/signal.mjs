// A Signal account on Baileys' own libsignal. The requests are those of ../libsignal_c/main.cc.
// Sessions are kept in serialized form, as Baileys keeps them: a failed decryption, which changes the
// object in memory, leaves no trace.
import libsignal from 'libsignal'
import { hex, Refusal, serve, unhex } from './lines.mjs'

const { keyhelper, ProtocolAddress, SessionBuilder, SessionCipher, SessionRecord } = libsignal
const DEVICE = 1
const SIGNED_PREKEY_ID = 1
const FIRST_PREKEY_ID = 1

class Account {
  constructor(oneTimePreKeys) {
    this.identity = keyhelper.generateIdentityKeyPair()
    this.registrationId = keyhelper.generateRegistrationId() || 1
    this.signedPreKey = keyhelper.generateSignedPreKey(this.identity, SIGNED_PREKEY_ID)
    this.preKeys = new Map()
    for (let id = FIRST_PREKEY_ID; id < FIRST_PREKEY_ID + oneTimePreKeys; ++id) {
      this.preKeys.set(id, keyhelper.generatePreKey(id).keyPair)
    }
    this.sessions = new Map()
    this.identities = new Map()
  }

  bundle() {
    return {
      registration_id: this.registrationId,
      identity: hex(this.identity.pubKey),
      signed_prekey: {
        id: this.signedPreKey.keyId,
        key: hex(this.signedPreKey.keyPair.pubKey),
        signature: hex(this.signedPreKey.signature)
      },
      one_time_prekeys: [...this.preKeys].map(([id, pair]) => ({ id, key: hex(pair.pubKey) }))
    }
  }

  // What libsignal calls back.
  loadSession(id) {
    const record = this.sessions.get(id)
    return record && SessionRecord.deserialize(JSON.parse(record))
  }
  storeSession(id, record) {
    this.sessions.set(id, JSON.stringify(record.serialize()))
  }
  isTrustedIdentity() {
    return true // as Baileys answers
  }
  loadPreKey(id) {
    return this.preKeys.get(id)
  }
  removePreKey(id) {
    this.preKeys.delete(id)
  }
  loadSignedPreKey(id) {
    return id === SIGNED_PREKEY_ID ? this.signedPreKey.keyPair : undefined
  }
  getOurRegistrationId() {
    return this.registrationId
  }
  getOurIdentity() {
    return this.identity
  }
}

let account

function device(bundle) {
  const { signed_prekey: signed, one_time_prekeys: [oneTime] = [] } = bundle
  return {
    registrationId: bundle.registration_id,
    identityKey: unhex(bundle.identity),
    signedPreKey: { keyId: signed.id, publicKey: unhex(signed.key), signature: unhex(signed.signature) },
    preKey: oneTime && { keyId: oneTime.id, publicKey: unhex(oneTime.key) }
  }
}

const cipher = request => new SessionCipher(account, new ProtocolAddress(request.peer, DEVICE))

/**
 * libsignal tells a "msg" that no session could read by one error, whatever the cause; of a "pkmsg" it
 * tells the cause.
 */
function nameOf(error) {
  if (error.name === 'MessageCounterError') return 'duplicate'
  if (error.name === 'PreKeyError') return 'no-prekey'
  if (error.message === 'No session record') return 'no-session'
  if (error.message === 'No matching sessions found for message') return 'unreadable'
  if (error.message === 'Bad MAC') return 'invalid-message'
  return error.name
}

await serve(['libsignal'], {
  account(request) {
    account = new Account(request.one_time_prekeys)
    return account.bundle()
  },
  async start(request) {
    const builder = new SessionBuilder(account, new ProtocolAddress(request.peer, DEVICE))
    await builder.initOutgoing(device(request.bundle))
  },
  async encrypt(request) {
    const { type, body } = await cipher(request).encrypt(unhex(request.plaintext))
    return { type: type === 3 ? 'pkmsg' : 'msg', bytes: hex(body) }
  },
  async decrypt(request) {
    const bytes = unhex(request.bytes)
    try {
      const plaintext =
        request.type === 'pkmsg'
          ? await cipher(request).decryptPreKeyWhisperMessage(bytes)
          : await cipher(request).decryptWhisperMessage(bytes)
      return { plaintext: hex(plaintext) }
    } catch (error) {
      throw new Refusal(nameOf(error), error.message)
    }
  }
})
