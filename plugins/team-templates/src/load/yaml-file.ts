import {MAX_DEPTH, isDeepValue, isDeepYaml} from '@orch/plugin-kit'
import {isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document} from 'yaml'
import type {Problem} from './problem.js'

/** Where a value stands in a file: keys and indexes from the root. */
export type ValuePath = readonly (string | number)[]

/** A YAML file with its values and the lines they stand on. */
export interface YamlFile {
  readonly source: string
  readonly path: string
  readonly value: unknown
  /** @returns the line (1-based) of the value at `path`, or of the deepest part of it that is there */
  lineOf(path: ValuePath): number
}

/**
 * Parses a YAML file.
 * @param source whose file it is
 * @param path its name for problems
 * @param text what it holds
 * @returns the file, or every problem of its syntax (duplicate keys and tabs among them)
 */
export function parseYaml(source: string, path: string, text: string): {file: YamlFile} | {problems: Problem[]} {
  const tooDeep = {problems: [{file: path, line: 1, message: `nests deeper than ${MAX_DEPTH} levels`}]}
  if (isDeepYaml(text)) return tooDeep
  const lines = new LineCounter()
  const document = parseDocument(text, {lineCounter: lines, prettyErrors: false})
  const found = [...document.errors, ...document.warnings]
  if (found.length > 0) return {problems: found.map(({pos, message}) => ({file: path, line: lines.linePos(pos[0]).line, message}))}
  try {
    const value: unknown = document.toJS()
    if (isDeepValue(value)) return tooDeep
    return {file: {source, path, value, lineOf: (valuePath) => lines.linePos(offsetOf(document, valuePath)).line || 1}}
  } catch (error) {
    // Aliases are resolved here: unknown ones, and ones that multiply without end.
    return {problems: [{file: path, line: 1, message: (error as Error).message}]}
  }
}

function offsetOf(document: Document, path: ValuePath): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const part of path) {
    const step = stepInto(node, part)
    if (!step) break
    offset = startOf(step.mark) ?? offset
    node = isAlias(step.value) ? step.value.resolve(document) : step.value
  }
  return offset
}

function stepInto(node: unknown, part: string | number): {mark: unknown; value: unknown} | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({key}) => String(isScalar(key) ? key.value : key) === String(part))
    return pair && {mark: pair.key, value: pair.value}
  }
  const item: unknown = isSeq(node) ? node.items[Number(part)] : undefined
  return item === undefined ? undefined : {mark: item, value: item}
}

function startOf(node: unknown): number | undefined {
  return (node as {range?: readonly number[] | null} | null)?.range?.[0]
}
