import type {SchemaValidator} from '@orch/plugin-kit'
import {Ajv} from 'ajv'

/** The validator port in earnest, for the schemas of this plugin. */
export function ajvSchemas(): SchemaValidator {
  const ajv = new Ajv({allErrors: true, useDefaults: true, strict: true})
  return {
    check: (schema, value) => {
      const validate = ajv.compile(schema)
      if (validate(value)) return []
      return (validate.errors ?? []).map(({instancePath, message, params}) => {
        const path = instancePath.split('/').slice(1)
        const extra = (params as {additionalProperty?: string}).additionalProperty
        return extra === undefined ? {path, message: message ?? ''} : {path: [...path, extra], message: `unknown key "${extra}"`}
      })
    },
  }
}
