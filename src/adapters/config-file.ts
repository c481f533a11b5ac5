import {readFile} from 'node:fs/promises'
import {cosmiconfig} from 'cosmiconfig'
import {isMap, isScalar, LineCounter, parseDocument, type Document, type Node} from 'yaml'

/** Data only: no configuration of a repository is ever executed, so cosmiconfig's .js and .ts places are left out. */
const PLACES = [
  '.orchrc',
  '.orchrc.json',
  '.orchrc.yaml',
  '.orchrc.yml',
  'orch.config.json',
  'orch.config.yaml',
  'orch.config.yml',
  'package.json',
] as const

/** A plugin's or host's package.json says under the same key what it provides; that is no configuration. */
const MANIFEST_KEYS = ['client', 'templates']

/** A configuration file, with the line of each of its keys. */
export interface ConfigFile {
  readonly path: string
  readonly values: Readonly<Record<string, unknown>>
  /** 1-based line of a key given by its path, or of its nearest parent. */
  readonly lineOf: (path: readonly string[]) => number
}

export type ConfigRead =
  {readonly found: 'nothing'} | {readonly found: 'file'; readonly file: ConfigFile} | {readonly found: 'broken'; readonly problem: string}

/**
 * Reads the configuration of one folder; parents are not searched.
 * @param folder absolute
 */
export async function readConfigFile(folder: string): Promise<ConfigRead> {
  const explorer = cosmiconfig('orch', {
    searchPlaces: [...PLACES],

    searchStrategy: 'none',
    cache: false,
    loaders: {noExt: parse, '.json': parse, '.yaml': parse, '.yml': parse},
  })
  const result = await explorer.search(folder).catch((error: unknown) => ({broken: error as Error}))
  if (!result) return {found: 'nothing'}
  if ('broken' in result) return {found: 'broken', problem: result.broken.message}
  if (result.isEmpty || result.config === null) return {found: 'nothing'}
  if (typeof result.config !== 'object' || Array.isArray(result.config))
    return {found: 'broken', problem: `${result.filepath}: the file must hold keys and values`}
  if (result.filepath.endsWith('package.json')) for (const key of MANIFEST_KEYS) delete (result.config as Record<string, unknown>)[key]
  const text = await readFile(result.filepath, 'utf8')
  return {found: 'file', file: describe(result.filepath, result.config as Record<string, unknown>, text)}
}

/** YAML 1.2 holds JSON, so one parser, with line numbers, reads all. */
function parse(path: string, content: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(content, {lineCounter: lines, uniqueKeys: true})
  const [error] = document.errors
  if (error) throw new Error(`${path}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`)
  return document.toJS() as unknown
}

function describe(path: string, values: Record<string, unknown>, text: string): ConfigFile {
  const lines = new LineCounter()
  const document = parseDocument(text, {lineCounter: lines})
  const prefix = path.endsWith('package.json') ? ['orch'] : []
  return {path, values, lineOf: (keys) => lines.linePos(offsetOf(document, [...prefix, ...keys])).line}
}

/** Where a key stands; what is not there is sought at its parent. */
function offsetOf(document: Document, keys: readonly string[]): number {
  let node = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const key of keys) {
    if (!isMap(node)) break
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    if (!pair) break
    offset = (pair.key as Node).range?.[0] ?? offset
    node = pair.value as Node | null
  }
  return offset
}
