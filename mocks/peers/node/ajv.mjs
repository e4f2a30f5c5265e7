// JSON Schemas by npm ajv: which documents they accept. Ours are of 2020-12 and must satisfy ajv's
// strict mode; those of others are of draft-07 and are taken as they are.
import Ajv from 'ajv'
import Ajv2020 from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { readFileSync } from 'node:fs'
import { serve } from './lines.mjs'

const ours = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })
const others = new Map()

/** A schema of its own each: others' use the same ids for different things. */
function foreign(schema) {
  const ajv = new Ajv({ strict: false, unicodeRegExp: true })
  formats(ajv)
  return ajv.compile(schema)
}

await serve(['ajv', 'ajv-formats'], {
  /** {name, schema}: the schema refers to others by their names. */
  add({ name, schema }) {
    ours.addSchema(schema, name)
  },
  /** {name, path}: a schema of somebody else's, from a file. */
  addFile({ name, path }) {
    others.set(name, foreign(JSON.parse(readFileSync(path, 'utf8'))))
  },
  /** {name, document}: whether that schema accepts the document, else the first fault. */
  validate({ name, document }) {
    const accepts = others.get(name) ?? ours.getSchema(name)
    const accepted = accepts(document)
    const fault = accepts.errors?.[0]
    return { accepted, fault: fault ? `${fault.instancePath} ${fault.message}` : '' }
  },
})
