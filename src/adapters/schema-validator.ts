import {Ajv, type ErrorObject, type ValidateFunction} from 'ajv'
import {nearest, type JsonSchema, type SchemaProblem, type SchemaValidator} from '@orch/plugin-kit'

/** Checks values with ajv, filling in the defaults of the schema. */
export class AjvValidator implements SchemaValidator {
  readonly #ajv = new Ajv({allErrors: true, useDefaults: true, strict: true, allowUnionTypes: true, verbose: true})
  readonly #compiled = new WeakMap<JsonSchema, ValidateFunction>()

  check(schema: JsonSchema, value: unknown): SchemaProblem[] {
    const validate = this.#compile(schema)
    if (validate(value)) return []
    return (validate.errors ?? []).filter(({keyword}) => keyword !== 'if').map(toProblem)
  }

  #compile(schema: JsonSchema): ValidateFunction {
    const known = this.#compiled.get(schema)
    if (known) return known
    const made = this.#ajv.compile(schema)
    this.#compiled.set(schema, made)
    return made
  }
}

function toProblem(error: ErrorObject): SchemaProblem {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer)
  const params = error.params as Record<string, unknown>
  if (error.keyword === 'additionalProperties') return unknownKey(error, path, String(params['additionalProperty']))
  if (error.propertyName !== undefined) return {path, message: `must not have the name ${JSON.stringify(error.propertyName)}`}
  if (error.keyword === 'not') return {path, message: 'is not allowed here'}
  if (error.keyword === 'enum') return {path, message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`}
  return {path, message: `${error.message ?? error.keyword}${whyLimited(error)}`}
}

/** A value out of its bounds is told what the key is for: that is where it says why. */
function whyLimited({keyword, parentSchema}: ErrorObject): string {
  const description = (parentSchema as {description?: unknown} | undefined)?.description
  return (keyword === 'minimum' || keyword === 'maximum') && typeof description === 'string' ? ` (${description})` : ''
}

function unknownKey(error: ErrorObject, path: string[], key: string): SchemaProblem {
  const known = Object.keys((error.parentSchema as {properties?: object}).properties ?? {})
  const suggestion = nearest(key, known)
  return {path: [...path, key], message: `unknown key ${JSON.stringify(key)}`, ...(suggestion ? {suggestion} : {})}
}

/** RFC 6901. */
function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
