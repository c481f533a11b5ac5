/** A JSON Schema (draft 7). */
export type JsonSchema = Readonly<Record<string, unknown>>

export interface SchemaProblem {
  /** Where in the value: keys and indexes from the root. */
  readonly path: readonly string[]
  readonly message: string
  /** What was probably meant, for an unknown key. */
  readonly suggestion?: string
}

/** Checks values against JSON Schemas, so that plugins need no validator of their own. */
export interface SchemaValidator {
  /** @returns the problems, none when the value is valid; defaults of the schema are filled into `value` */
  check(schema: JsonSchema, value: unknown): SchemaProblem[]
}
