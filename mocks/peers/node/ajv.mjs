// JSON Schemas as editors understand them, by npm ajv: which documents they accept.
import Ajv2020 from 'ajv/dist/2020.js'
import { serve } from './lines.mjs'

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })

await serve(['ajv'], {
  /** {name, schema}: the schema refers to others by their names. */
  add({ name, schema }) {
    ajv.addSchema(schema, name)
  },
  /** {name, document}: whether that schema accepts the document, else the first fault. */
  validate({ name, document }) {
    const accepts = ajv.getSchema(name)
    const accepted = accepts(document)
    const fault = accepts.errors?.[0]
    return { accepted, fault: fault ? `${fault.instancePath} ${fault.message}` : '' }
  },
})
