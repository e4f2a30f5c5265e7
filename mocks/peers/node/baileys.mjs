// The parts of Baileys that have a counterpart in harness/wire and harness/crypto, one request each.
// Bytes are in hex; nodes are {tag, attrs: [[name, value]...], bytes | children}.
import { readFile, unlink } from 'node:fs/promises'
import {
  Curve,
  decodeBinaryNode,
  downloadContentFromMessage,
  encodeBinaryNode,
  encryptedStream,
  makeNoiseHandler,
  NOISE_WA_HEADER,
  proto,
  WA_CERT_DETAILS
} from 'baileys'
import libsignal from 'libsignal'
import { hex, serve, unhex } from './lines.mjs'

const silent = { child: () => silent, level: 'silent', trace() {}, debug() {}, info() {}, warn() {}, error() {} }
let noise // of the last "noise_hello"

const handshake = parts => proto.HandshakeMessage.encode(proto.HandshakeMessage.fromObject(parts)).finish()

const typed = key => Buffer.concat([Buffer.from([5]), key])

const fromJson = ({ tag, attrs, bytes, children }) => ({
  tag,
  attrs: Object.fromEntries(attrs),
  content: bytes !== undefined ? unhex(bytes) : children?.map(fromJson)
})

function toJson({ tag, attrs, content }) {
  const json = { tag, attrs: Object.entries(attrs) }
  if (Array.isArray(content)) json.children = content.map(toJson)
  else if (content !== undefined) json.bytes = hex(content) // a string too: Buffer.from is UTF-8
  return json
}

async function readAll(stream) {
  const parts = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

await serve(['baileys', 'libsignal'], {
  generate_keys() {
    const { public: publicKey, private: privateKey } = Curve.generateKeyPair()
    return { public: hex(publicKey), private: hex(privateKey) }
  },
  sign: ({ key, message }) => ({ signature: hex(Curve.sign(unhex(key), unhex(message))) }),
  /** Twice: libsignal's answer, and what Baileys makes of it. */
  verify({ key, message, signature }) {
    const args = [unhex(message), unhex(signature)]
    return {
      libsignal: libsignal.curve.verifySignature(typed(unhex(key)), ...args),
      baileys: Curve.verify(unhex(key), ...args)
    }
  },
  agree: ({ private: own, public: peer }) => ({ secret: hex(Curve.sharedKey(unhex(own), unhex(peer))) }),
  async encrypt_media({ kind, plain }) {
    const media = await encryptedStream(unhex(plain), kind)
    const file = await readFile(media.encFilePath)
    await unlink(media.encFilePath)
    return {
      key: hex(media.mediaKey),
      file: hex(file),
      file_sha256: hex(media.fileSha256),
      encrypted_sha256: hex(media.fileEncSha256),
      file_length: media.fileLength
    }
  },
  /** Baileys only decrypts what it downloads; a data: URL is a download too. */
  async decrypt_media({ kind, key, file }) {
    const url = `data:application/octet-stream;base64,${unhex(file).toString('base64')}`
    const plain = await readAll(await downloadContentFromMessage({ mediaKey: unhex(key), url }, kind))
    return { plain: hex(plain) }
  },
  /** A client's first frame. `root`: the certificate root to trust in place of the built-in one. */
  noise_hello({ root }) {
    if (root) WA_CERT_DETAILS.PUBLIC_KEY = unhex(root)
    const keyPair = Curve.generateKeyPair()
    noise = makeNoiseHandler({ keyPair, NOISE_HEADER: NOISE_WA_HEADER, logger: silent })
    return { bytes: hex(noise.encodeFrame(handshake({ clientHello: { ephemeral: keyPair.public } }))) }
  },
  /** The last frame of the handshake, with that login payload, in answer to the server's. */
  async noise_finish({ bytes, payload }) {
    let hello
    await noise.decodeFrame(unhex(bytes), frame => (hello = proto.HandshakeMessage.decode(frame)))
    const noiseKey = Curve.generateKeyPair()
    const key = noise.processHandshake(hello, noiseKey)
    const sealed = noise.encrypt(unhex(payload))
    const frame = noise.encodeFrame(handshake({ clientFinish: { static: key, payload: sealed } }))
    await noise.finishInit()
    return { bytes: hex(frame), static: hex(noiseKey.public) }
  },
  noise_send: ({ node }) => ({ bytes: hex(noise.encodeFrame(encodeBinaryNode(fromJson(node)))) }),
  async noise_receive({ bytes }) {
    const nodes = []
    await noise.decodeFrame(unhex(bytes), node => nodes.push(toJson(node)))
    return { nodes }
  },
  encode: ({ node }) => ({ bytes: hex(encodeBinaryNode(fromJson(node))) }),
  decode: async ({ bytes }) => ({ node: toJson(await decodeBinaryNode(unhex(bytes))) })
})
