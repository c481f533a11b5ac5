import {SPOKEN_API_VERSIONS, messageOf, type JsonSchema, type Registration, type SchemaValidator} from '@orch/plugin-kit'
import type {Answer} from '@orch/plugin-kit'

/** What each capability of a family must be able to do; the others each have a provider that comes with orch. */
const ABILITIES: Readonly<Record<string, readonly string[]>> = {
  agent: ['detect', 'prepareRepository', 'launch', 'interpret', 'readScreen', 'readTranscript'],
  planner: ['unavailable', 'outline'],
}

interface AdmissionOptions {
  readonly schemas: SchemaValidator
  /** Names that are orch's own. */
  readonly sections: readonly string[]
  readonly methods: readonly string[]
}

/**
 * Decides which registrations of plugins hold. Each that is admitted takes the names it uses: the first one has them, so the plugins that come
 * with orch are to come first.
 */
export class Admission {
  readonly #schemas: SchemaValidator
  /** Who has which name, by kind and name. */
  readonly #taken = new Map<string, string>()

  constructor({schemas, sections, methods}: AdmissionOptions) {
    this.#schemas = schemas
    for (const section of sections) this.#taken.set(nameOf('section', section), 'orch')
    for (const method of methods) this.#taken.set(nameOf('method', method), 'orch')
  }

  /** @returns why it does not hold, as a clause that begins with a verb; null when it does, and its names are taken */
  admit({plugin, value}: Answer<Registration>): string | null {
    const why = this.#apiProblem(value) ?? this.#clash(value) ?? this.#shapeProblem(value) ?? this.#schemaProblem(value)
    if (why === null) for (const name of namesIn(value)) this.#taken.set(name, plugin)
    return why
  }

  #apiProblem({apiVersion}: Registration): string | null {
    return SPOKEN_API_VERSIONS.includes(apiVersion)
      ? null
      : `was written for plugin API ${apiVersion}; this orch speaks ${SPOKEN_API_VERSIONS.join(' and ')}`
  }

  /** Functions are no data, so the schema of the event says nothing of them. */
  #shapeProblem({capabilities = {}, checks = [], methods = {}, watchers = []}: Registration): string | null {
    const check = checks.find((each) => missingFunction(each, ['run']))
    if (check) return `brings the check ${check.name} without a function run`
    const watcher = watchers.find((each) => missingFunction(each, ['decide']))
    if (watcher) return `brings the watcher ${watcher.name} without a function decide`
    const names = watchers.map(({name}) => name)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) return `brings two watchers named ${twice}`
    for (const [name, method] of Object.entries(methods)) {
      if (missingFunction(method, ['handler']) && missingFunction(method, ['stream']))
        return `brings the method ${name} without a function handler or stream`
    }
    for (const [name, provider] of Object.entries(capabilities)) {
      const missing = missingFunction(provider, ABILITIES[name.split(':')[0]!] ?? [])
      if (missing !== undefined) return `provides ${name} without a function ${missing}`
    }
    return null
  }

  #schemaProblem({config, methods = {}}: Registration): string | null {
    const schemas: [string, JsonSchema][] = config ? [[`the configuration section ${config.section}`, config.schema]] : []
    for (const [name, {params, result}] of Object.entries(methods))
      schemas.push([`params of ${name}`, params], [`result of ${name}`, result])
    for (const [what, schema] of schemas) {
      try {
        // Twice, as it is used more than once: a second schema of the same $id does not compile.
        for (let time = 0; time < 2; time++) this.#schemas.check({type: 'object', properties: {it: schema}}, {})
      } catch (error) {
        return `describes ${what} with what is no JSON Schema (draft 7): ${messageOf(error)}`
      }
    }
    return null
  }

  #clash(value: Registration): string | null {
    const name = namesIn(value).find((taken) => this.#taken.has(taken))
    return name === undefined ? null : `takes the ${name}, which is ${ownerWord(this.#taken.get(name)!)}`
  }
}

function missingFunction(value: unknown, names: readonly string[]): string | undefined {
  return names.find((name) => typeof (value as Readonly<Record<string, unknown>>)[name] !== 'function')
}

function namesIn({capabilities = {}, config, methods = {}}: Registration): string[] {
  return [
    ...Object.keys(capabilities).map((name) => nameOf('capability', name)),
    ...(config ? [nameOf('section', config.section)] : []),
    ...Object.keys(methods).map((name) => nameOf('method', name)),
  ]
}

function nameOf(kind: 'capability' | 'section' | 'method', name: string): string {
  return `${kind === 'section' ? 'configuration section' : kind} ${name}`
}

function ownerWord(owner: string): string {
  return owner === 'orch' ? "orch's own" : `that of ${owner}`
}
