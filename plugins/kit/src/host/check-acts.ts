import type {JsonSchema, SchemaValidator} from '../ports/schema-validator.js'
import type {Act} from '../watchers.js'

/** Acts of one decision. A team has 15 roles; a watcher with more to do than that for each of them in one look has run wild. */
export const MOST_ACTS = 50
/** Bytes of JSON that a plugin keeps with a project: the whole record is written with every commit. */
export const MOST_KEPT = 16 * 1024

/** As a composer takes it without a file (domain/letter-text of orch). */
const TELL_CHARS = 2_000
const TELL_LINES = 30

const name = {type: 'string', pattern: '^[\\w.:/-]{1,80}$'}
const id = {type: 'string', minLength: 1, maxLength: 80}
const why = {type: 'string', minLength: 1, maxLength: 500}
const act = (properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties: {do: {type: 'string'}, ...properties},
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
  additionalProperties: false,
})

const ACTS: {readonly [K in Act['do']]: JsonSchema} = {
  tell: act(
    {agent: id, text: {type: 'string', minLength: 1, maxLength: TELL_CHARS}, priority: {enum: ['low', 'normal', 'high', 'urgent']}},
    ['priority'],
  ),
  'move-agent': act(
    {agent: id, to: {enum: ['working', 'idle', 'needs-input', 'limited', 'stuck', 'unknown']}, why, until: {type: 'integer'}},
    ['until'],
  ),
  'move-project': act({to: {enum: ['blocked', 'waiting-credits']}, why}),
  'restart-agent': act({agent: id, why, fresh: {type: 'boolean'}}, ['fresh']),
  pause: act({why}),
  resume: act({why}),
  'open-incident': act({name, agent: id, what: why}, ['agent']),
  'close-incident': act({name, agent: id, why}, ['agent']),
  need: act(
    {id: name, agent: id, what: why, commands: {type: 'array', maxItems: 5, items: {type: 'string', minLength: 1, maxLength: 200}}},
    ['agent', 'commands'],
  ),
  'settle-need': act({id: name, why}),
  // Its own size is measured; the schema has nothing to say of it.
  keep: act({value: {}}),
}

/**
 * Holds what a watcher decided against the shape and the bounds of acts.
 * @returns what is wrong, as a clause; null when nothing is
 */
export function actsProblem(decided: unknown, schemas: SchemaValidator): string | null {
  if (!Array.isArray(decided)) return 'it decided no list of acts'
  if (decided.length > MOST_ACTS) return `it decided ${decided.length} acts at once, and ${MOST_ACTS} are allowed`
  for (const [index, each] of decided.entries()) {
    const problem = actProblem(each, schemas)
    if (problem !== null) return `act ${index + 1}${problem}`
  }
  return null
}

function actProblem(each: unknown, schemas: SchemaValidator): string | null {
  const kind = (each as {do?: unknown} | null)?.do
  if (typeof kind !== 'string' || !Object.hasOwn(ACTS, kind)) return ` is none: do is ${JSON.stringify(kind)}`
  const [problem] = schemas.check(ACTS[kind as Act['do']], each)
  if (problem) return ` (${kind}): ${[...problem.path, problem.message].join(' ')}`
  const size = sizeProblem(each as Act)
  return size === null ? null : ` (${kind}): ${size}`
}

function sizeProblem(each: Act): string | null {
  if (each.do === 'tell' && each.text.split('\n').length > TELL_LINES) return `the text has more than ${TELL_LINES} lines`
  if (each.do === 'need' || each.do === 'open-incident') return each.what.includes('\n') ? 'what it says has more than one line' : null
  return each.do === 'keep' ? keptProblem(each.value) : null
}

function keptProblem(value: unknown): string | null {
  try {
    const text = JSON.stringify(value) as string | undefined
    if (text === undefined) return 'the value is no JSON'
    const bytes = new TextEncoder().encode(text).length
    return bytes > MOST_KEPT ? `the value has ${bytes} bytes of JSON, and ${MOST_KEPT} are allowed` : null
  } catch (error) {
    return `the value is no JSON: ${error instanceof Error ? error.message : String(error)}`
  }
}
