// JSON Web Tokens by npm jose: verified with keys that are fetched as a gatekeeper would fetch them, and
// made, well or badly.
import { createHmac } from 'node:crypto'
import tls from 'node:tls'
import * as jose from 'jose'
import { serve } from './lines.mjs'

let keys // of the last "generate"

const encode = object => jose.base64url.encode(JSON.stringify(object))

/** Header and claims as given, signed by `sign`: for tokens that jose refuses to make. */
const forge = (header, claims, sign) => {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${jose.base64url.encode(sign(input))}`
}

const makers = {
  good: ({ claims, kid }) =>
    new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(keys.privateKey),
  none: ({ claims, kid }) => forge({ alg: 'none', typ: 'JWT', kid }, claims, () => ''),
  async hs256_with_public_key({ claims, kid }) {
    const pem = await jose.exportSPKI(keys.publicKey)
    return forge({ alg: 'HS256', typ: 'JWT', kid }, claims, input =>
      createHmac('sha256', pem).update(input).digest()
    )
  },
  async embedded_jwk({ claims }) {
    const own = await jose.generateKeyPair('RS256', { extractable: true })
    const jwk = await jose.exportJWK(own.publicKey)
    return new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', jwk }).sign(own.privateKey)
  },
  no_kid: ({ claims }) =>
    new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT' }).sign(keys.privateKey),
  async right_key_embedded_jwk({ claims, kid }) {
    const other = await jose.generateKeyPair('RS256', { extractable: true })
    const jwk = await jose.exportJWK(other.publicKey)
    return new jose.SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, jwk })
      .sign(keys.privateKey)
  },
  async other_key({ claims, kid }) {
    const own = await jose.generateKeyPair('RS256')
    return new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid }).sign(own.privateKey)
  },
  critical: ({ claims, kid }) =>
    new jose.SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, crit: ['urn:x'], 'urn:x': 1 })
      .sign(keys.privateKey, { crit: { 'urn:x': true } }),
  ps256: async ({ claims, kid }) => {
    const key = await jose.importPKCS8(await jose.exportPKCS8(keys.privateKey), 'PS256')
    return new jose.SignJWT(claims).setProtectedHeader({ alg: 'PS256', typ: 'JWT', kid }).sign(key)
  }
}

await serve(['jose'], {
  /** Trusts that CA besides the usual ones. */
  trust({ pem }) {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), pem])
  },
  /** A key pair of ours; answers with the JWK set to publish. */
  async generate({ kid }) {
    keys = await jose.generateKeyPair('RS256', { extractable: true })
    const jwk = await jose.exportJWK(keys.publicKey)
    return { jwks: { keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] } }
  },
  make: async request => ({ token: await makers[request.how](request) }),
  /** Judges by the key set at `url`, or by `jwks`, at the time `now` (seconds). */
  async verify({ token, url, jwks, issuer, audience, now, leeway }) {
    const set = url ? jose.createRemoteJWKSet(new URL(url)) : jose.createLocalJWKSet(jwks)
    const { payload, protectedHeader } = await jose.jwtVerify(token, set, {
      algorithms: ['RS256'],
      issuer,
      audience,
      clockTolerance: leeway,
      currentDate: new Date(now * 1000),
      requiredClaims: ['exp']
    })
    return { claims: payload, header: protectedHeader }
  }
})
