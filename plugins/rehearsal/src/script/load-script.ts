import {MAX_DEPTH, OrchError, hasCode, isDeepYaml, messageOf, type SchemaProblem, type SchemaValidator} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'
import {LineCounter, isMap, isNode, isSeq, parseDocument, type Document} from 'yaml'
import {SCRIPT_SCHEMA} from './schema.js'
import type {Script, Step} from './script.js'

const MAX_BYTES = 1024 * 1024

/**
 * Reads and checks a script.
 * @param file absolute path of the YAML file
 * @throws ORCH_CONFIG with file and line of each problem
 */
export async function loadScript(file: string, schemas: SchemaValidator): Promise<Script> {
  let text: string
  try {
    const found = await readBoundedText(file, {maxBytes: MAX_BYTES})
    if (found === null) throw new Error('there is no such file')
    text = found
  } catch (error) {
    const why = hasCode(error, 'ORCH_FILE') ? error.details.why : messageOf(error)
    throw new OrchError('ORCH_CONFIG', {problems: [`${file}: ${why}`]}, {cause: error})
  }
  return parseScript(file, text, schemas)
}

/** The same for a text already read. @throws ORCH_CONFIG */
export function parseScript(file: string, text: string, schemas: SchemaValidator): Script {
  const lines = new LineCounter()
  const document = parseDocument(text, {lineCounter: lines, prettyErrors: false})
  const reject = (problems: string[]): never => {
    throw new OrchError('ORCH_CONFIG', {problems})
  }
  if (isDeepYaml(text)) reject([`${file}: it nests deeper than ${MAX_DEPTH} levels`])
  const at = (offset: number) => lines.linePos(offset).line
  if (document.errors.length > 0) reject(document.errors.map(({message, pos}) => `${file}:${at(pos[0])}: ${message}`))

  const value = normalise(document.toJS())
  const lineOf = (path: readonly string[]) => at(offsetOf(document, path))
  const problems = schemas.check(SCRIPT_SCHEMA, value)
  if (problems.length > 0) reject(problems.map((problem) => `${file}:${lineOf(problem.path)}: ${describe(problem)}`))

  const {steps, onRejected} = value as {steps: RawStep[]; onRejected?: RawStep[]}
  const read = (list: string, raw: RawStep[]) => raw.map((step, index) => toStep(step, lineOf([list, String(index)])))
  return {file, steps: read('steps', steps), onRejected: onRejected ? read('onRejected', onRejected) : null}
}

type RawStep = Readonly<Record<string, unknown>>

/** Which argument a step's short form stands for: `say: hello` is `say: {text: hello}`. */
const SHORT: Readonly<Record<string, string>> = {
  think: 'text',
  say: 'text',
  run: 'argv',
  commit: 'message',
  done: 'message',
  fail: 'reason',
  exit: 'code',
  dialog: 'text',
}

/** Writes short forms out; what it does not know it leaves for the schema to refuse. */
function normalise(value: unknown): unknown {
  if (!isRecord(value)) return value
  const list = (steps: unknown) => (Array.isArray(steps) ? steps.map((step: unknown) => (isRecord(step) ? longForm(step) : step)) : steps)
  return Object.fromEntries(
    Object.entries(value).map(([key, steps]) => [key, key === 'steps' || key === 'onRejected' ? list(steps) : steps]),
  )
}

function longForm(step: RawStep): RawStep {
  return Object.fromEntries(
    Object.entries(step).map(([kind, given]) => {
      if (given === null) return [kind, {}]
      if (kind === 'run' && isRecord(given) && 'command' in given && !('argv' in given)) {
        const {command, ...rest} = given
        return [kind, {...rest, argv: command}]
      }
      const short = SHORT[kind]
      return [kind, short !== undefined && !isRecord(given) ? {[short]: given} : given]
    }),
  )
}

/** Where the deepest part of `path` that the text has begins: what is missing is reported where it should stand. */
function offsetOf(document: Document, path: readonly string[]): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isNode(item.key) && String(item.key) === key)
      if (!pair) break
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(key)]
      if (!isNode(node)) break
      offset = node.range?.[0] ?? offset
    } else break
  }
  return offset
}

function describe({path, message, suggestion}: SchemaProblem): string {
  const where = path.length > 0 ? `${path.join('.')}: ` : ''
  return `${where}${message}${suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`}`
}

function toStep(raw: RawStep, line: number): Step {
  const [kind, args] = Object.entries(raw)[0]!
  return {kind, args, line} as Step
}

function isRecord(value: unknown): value is RawStep {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
