import {didYouMean} from '@orch/plugin-kit'
import type {Problem} from './problem.js'
import type {SourceFiles, TextFile} from './read-source.js'

/** `{{> name}}`: a shared section, in Mustache. */
const PARTIAL = /\{\{>\s*([^\s}]+)\s*\}\}/g

/** The briefings and shared sections of all sources, later over earlier; a reference to a section that is nowhere is a problem. */
export function loadBriefings(sources: readonly SourceFiles[]): {
  briefings: Map<string, string>
  partials: Map<string, string>
  problems: Problem[]
} {
  const partialFiles = byName(sources.flatMap(({partials}) => partials))
  const briefingFiles = byName(sources.flatMap(({briefings}) => briefings))
  const problems = [...briefingFiles.values(), ...partialFiles.values()].flatMap((file) => checkPartials(file, [...partialFiles.keys()]))
  return {briefings: texts(briefingFiles), partials: texts(partialFiles), problems}
}

function byName(files: readonly TextFile[]): Map<string, TextFile> {
  return new Map(files.map((file) => [file.name, file]))
}

function texts(files: ReadonlyMap<string, TextFile>): Map<string, string> {
  return new Map([...files].map(([name, {text}]) => [name, text]))
}

function checkPartials({path, text}: TextFile, known: readonly string[]): Problem[] {
  return text.split(/\r?\n/).flatMap((line, index) =>
    [...line.matchAll(PARTIAL)]
      .map(([, name]) => name!)
      .filter((name) => !known.includes(name))
      .map((name) => ({file: path, line: index + 1, message: `unknown partial ${JSON.stringify(name)}${didYouMean(name, known)}`})),
  )
}
