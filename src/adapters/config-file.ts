import {existsSync} from 'node:fs'
import {basename, join} from 'node:path'
import {MAX_DEPTH, OrchError, hasCode, isDeepValue, isDeepYaml} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'
import {cosmiconfig} from 'cosmiconfig'
import {isMap, isScalar, LineCounter, parseDocument, type Document, type Node} from 'yaml'

/** In the order in which they are looked for. Data only: cosmiconfig's places that hold programs (.js, .ts, …) are left out. */
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
const MANIFEST_KEYS = ['client', 'optional', 'templates']

/** A configuration is written by hand. It is parsed at about 1 MB/s (yaml 2.8), in the supervisor. */
const MAX_BYTES = 256 * 1024
/** That of a workspace with a thousand scripts and dependencies takes a tenth. */
const MANIFEST_BYTES = 1024 * 1024

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
 * Reads the configuration of one folder, the first file that holds one; parents are not searched.
 * cosmiconfig opens and reads a place by itself, without bounds: it is given only those that the bounded reader has read, and only
 * that text is parsed.
 * @param folder absolute
 * @param within a file that links out of this folder is refused; without it links may lead anywhere
 */
export async function readConfigFile(folder: string, within?: string): Promise<ConfigRead> {
  const {texts, refused} = await readPlaces(folder, within)
  const load = (path: string) => (isManifest(path) ? parseManifest : parseConfig)(path, texts.get(basename(path))!)
  try {
    const found = texts.size === 0 ? null : await explorer([...texts.keys()], load).search(folder)
    if (found) return {found: 'file', file: found.config as ConfigFile}
    return refused === null ? {found: 'nothing'} : {found: 'broken', problem: refused}
  } catch (error) {
    if (hasCode(error, 'ORCH_CONFIG')) return {found: 'broken', problem: error.details.problems.join('\n')}
    throw error
  }
}

/** @returns the texts by place, up to the first that is refused, and why that one is */
async function readPlaces(folder: string, within: string | undefined): Promise<{texts: Map<string, string>; refused: string | null}> {
  const texts = new Map<string, string>()
  for (const place of PLACES) {
    const path = join(folder, place)
    const maxBytes = isManifest(place) ? MANIFEST_BYTES : MAX_BYTES
    try {
      const text = await readBoundedText(path, {maxBytes, ...(within === undefined ? {} : {within})})
      if (text !== null && (!isManifest(place) || text.includes('"orch"'))) texts.set(place, text)
    } catch (error) {
      if (hasCode(error, 'ORCH_FILE')) return {texts, refused: `${path}: ${error.details.why}`}
      throw error
    }
  }
  return {texts, refused: null}
}

function isManifest(path: string): boolean {
  return basename(path) === 'package.json'
}

/**
 * cosmiconfig takes options of its own from the working directory, and would run `.config/config.js` there. The working directory
 * may be a repository, so the search is made in the folder of this module, which has no such files.
 */
function explorer(searchPlaces: string[], load: (path: string) => unknown) {
  const directory = process.cwd()
  process.chdir(import.meta.dirname)
  try {
    const loaders = {noExt: load, '.json': load, '.yaml': load, '.yml': load}
    return cosmiconfig('orch', {searchPlaces, searchStrategy: 'none', cache: false, loaders})
  } finally {
    // One that was removed meanwhile cannot be entered again, and nothing of the supervisor needs it.
    if (existsSync(directory)) process.chdir(directory)
  }
}

/** @returns null when the file holds no value */
function parseConfig(path: string, text: string): ConfigFile | null {
  const {document, values, lineOf} = parse(path, text)
  if (values === null || values === undefined) return null
  return {path, values: requireKeys(path, values), lineOf: (keys) => lineOf(offsetOf(document, keys))}
}

/** @returns under the key from which cosmiconfig takes the configuration: null when there is nothing of orch's */
function parseManifest(path: string, text: string): {orch: ConfigFile | null} {
  const {document, values, lineOf} = parse(path, text)
  const own = (values as {orch?: unknown} | null)?.orch
  if (own === null || own === undefined) return {orch: null}
  const settings = Object.entries(requireKeys(path, own)).filter(([key]) => !MANIFEST_KEYS.includes(key))
  return {orch: {path, values: Object.fromEntries(settings), lineOf: (keys) => lineOf(offsetOf(document, ['orch', ...keys]))}}
}

/** YAML 1.2 holds JSON, so one parser, with line numbers, reads all. @throws ORCH_CONFIG */
function parse(path: string, text: string) {
  const lines = new LineCounter()
  const lineOf = (offset: number) => lines.linePos(offset).line
  const refuse = (why: string) => new OrchError('ORCH_CONFIG', {problems: [why]})
  const tooDeep = () => refuse(`${path}: it nests deeper than ${MAX_DEPTH} levels`)
  if (isDeepYaml(text)) throw tooDeep()
  const document = parseDocument(text, {lineCounter: lines, uniqueKeys: true, prettyErrors: false})
  const [error] = document.errors
  if (error) throw refuse(`${path}:${lineOf(error.pos[0])}: ${error.message.split('\n')[0]}`)
  const values = toValues(document, (why) => refuse(`${path}: ${why}`))
  if (isDeepValue(values)) throw tooDeep()
  return {document, values, lineOf}
}

/** Aliases are resolved here: unknown ones, and more than the parser's own limit of 100, are refused. */
function toValues(document: Document, refuse: (why: string) => Error): unknown {
  try {
    return document.toJS() as unknown
  } catch (error) {
    throw refuse((error as Error).message)
  }
}

function requireKeys(path: string, values: unknown): Record<string, unknown> {
  if (typeof values === 'object' && values !== null && !Array.isArray(values)) return values as Record<string, unknown>
  throw new OrchError('ORCH_CONFIG', {problems: [`${path}: the file must hold keys and values`]})
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
