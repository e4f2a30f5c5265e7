// What the peers that run on node have in common: one request, one answer, each a line of JSON on
// standard input and output, after a line that says who this is. See ../peer_process.h.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const require = createRequire(import.meta.url)

// Standard output belongs to the answers, and libsignal prints whole sessions, keys included.
for (const name of ['debug', 'error', 'info', 'log', 'trace', 'warn']) console[name] = () => {}

/** "libsignal 6.0.0", of the package that is really installed. */
export function packageVersion(name) {
  const folders = require.resolve.paths(name)
  for (const folder of folders) {
    try {
      return `${name} ${JSON.parse(readFileSync(`${folder}/${name}/package.json`)).version}`
    } catch {
      // not in that folder
    }
  }
  throw new Error(`${name} is not installed: run npm ci --ignore-scripts in mocks/`)
}

/** What a peer refuses, by a name that tests know. */
export class Refusal extends Error {
  constructor(name, message) {
    super(message)
    this.name = name
  }
}

export const unhex = text => Buffer.from(text, 'hex')
export const hex = bytes => Buffer.from(bytes).toString('hex')

/**
 * Serves until standard input ends. `handlers` maps the request's "do" to a function, async or not,
 * from request to answer. What it throws becomes {"error": {name, message}}.
 */
export async function serve(packages, handlers) {
  const say = object => process.stdout.write(`${JSON.stringify(object)}\n`)
  say({ peer: [...packages.map(packageVersion), `node ${process.versions.node}`].join(', ') })
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    let answer
    try {
      const request = JSON.parse(line)
      const handler = handlers[request.do]
      if (!handler) throw new Refusal('bad-request', `unknown request: ${request.do}`)
      answer = (await handler(request)) ?? {}
    } catch (error) {
      answer = { error: { name: error.name, message: error.message } }
    }
    say(answer)
  }
}
