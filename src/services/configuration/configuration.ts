import {OrchError, type JsonSchema, type SchemaProblem, type SchemaValidator} from '@orch/plugin-kit'
import {configSchema, type Config} from '../../domain/config.js'

/** A layer of the configuration and where each of its keys stands. */
export interface ConfigLayer {
  readonly name: 'default' | 'user' | 'project' | 'environment' | 'flag'
  readonly values: Readonly<Record<string, unknown>>
  /** `file:line`, or the variable's or flag's name. */
  readonly placeOf: (path: readonly string[]) => string
}

export interface LayeredConfig {
  readonly config: Config
  /** Layer and place of each leaf that was set, by its dotted key. */
  readonly origins: Readonly<Record<string, {readonly layer: ConfigLayer['name']; readonly place: string}>>
}

const ENVIRONMENT_PREFIX = 'ORCH_CONFIG_'
/** oclif's own name for the configuration folder. */
const CONFIG_FOLDER = 'ORCH_CONFIG_DIR'

/** Lays the layers over each other: later ones win key by key, lists as a whole. */
export class Configuration {
  readonly #schema: JsonSchema
  readonly #schemas: SchemaValidator
  readonly #hasStrangers: boolean

  /**
   * @param sections configuration schemas of plugins, by section
   * @param options.hasStrangers a plugin is left out: a section that nobody knows may be its own, and is no error
   */
  constructor(sections: Readonly<Record<string, JsonSchema>>, schemas: SchemaValidator, {hasStrangers = false} = {}) {
    this.#schema = configSchema(sections)
    this.#schemas = schemas
    this.#hasStrangers = hasStrangers
  }

  get schema(): JsonSchema {
    return this.#schema
  }

  /** @throws ORCH_CONFIG with every problem, its file, line and what was probably meant */
  resolve(layers: readonly ConfigLayer[]): LayeredConfig {
    const problems = layers.flatMap((layer) => this.#problemsOf(layer))
    if (problems.length > 0) throw new OrchError('ORCH_CONFIG', {problems})
    const merged = layers.reduce<Record<string, unknown>>((all, {values}) => overlay(all, structuredClone(values)), {})
    this.#schemas.check(this.#schema, merged)
    const origins = Object.fromEntries(
      layers.flatMap((layer) => leaves(layer.values).map((path) => [path.join('.'), {layer: layer.name, place: layer.placeOf(path)}])),
    )
    return {config: merged as unknown as Config, origins}
  }

  #isStranger({path, suggestion}: SchemaProblem, {values}: ConfigLayer): boolean {
    const [section, ...rest] = path
    const isUnknown = section !== undefined && !(section in (this.#schema['properties'] as object))
    return this.#hasStrangers && isUnknown && rest.length === 0 && suggestion === undefined && isObject(values[section])
  }

  #problemsOf(layer: ConfigLayer): string[] {
    const found: SchemaProblem[] = this.#schemas.check(this.#schema, structuredClone(layer.values))
    return found
      .filter((problem) => !this.#isStranger(problem, layer))
      .map((problem) => `${layer.placeOf(problem.path)}: ${describe(problem)}`)
  }
}

/** Reads `ORCH_CONFIG_<KEY>__<KEY>`; values are JSON when they parse as such, else text. Keys are matched without case or underscores. */
export function environmentLayer(env: Readonly<Record<string, string | undefined>>, schema: JsonSchema): ConfigLayer {
  const values: Record<string, unknown> = {}
  const names = new Map<string, string>()
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || name === CONFIG_FOLDER || text === undefined) continue
    const path = spell(name.slice(ENVIRONMENT_PREFIX.length).split('__'), schema)
    names.set(path.join('.'), name)
    assign(values, path, parse(text))
  }
  return {name: 'environment', values, placeOf: (path) => names.get(path.join('.')) ?? nearestName(names, path)}
}

/** Lays `over` on `under`: objects key by key, everything else whole. */
function overlay(under: Record<string, unknown>, over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result = {...under}
  for (const [key, value] of Object.entries(over)) {
    const below = result[key]
    result[key] = isObject(value) && isObject(below) ? overlay(below, value) : value
  }
  return result
}

function leaves(value: Readonly<Record<string, unknown>>, prefix: readonly string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, inner]) => (isObject(inner) ? leaves(inner, [...prefix, key]) : [[...prefix, key]]))
}

function describe(problem: SchemaProblem): string {
  const key = problem.path.join('.')
  const hint = problem.suggestion ? `; did you mean ${JSON.stringify(problem.suggestion)}?` : ''
  return `${key ? `${key}: ` : ''}${problem.message}${hint}`
}

/** Environment names are in capitals; the schema knows how a key is spelled. */
function spell(parts: readonly string[], schema: JsonSchema): string[] {
  const path: string[] = []
  let properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>
  for (const part of parts) {
    const plain = part.replaceAll('_', '').toLowerCase()
    const key = Object.keys(properties).find((name) => name.replaceAll('-', '').toLowerCase() === plain) ?? part.toLowerCase()
    path.push(key)
    properties = (properties[key]?.['properties'] ?? {}) as Record<string, JsonSchema>
  }
  return path
}

function assign(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (key === undefined) return
  if (rest.length === 0) values[key] = value
  else assign((values[key] ??= {}) as Record<string, unknown>, rest, value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function nearestName(names: ReadonlyMap<string, string>, path: readonly string[]): string {
  const found = [...names].find(([key]) => key.startsWith(path.join('.')) || path.join('.').startsWith(key))
  return found?.[1] ?? 'environment'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
