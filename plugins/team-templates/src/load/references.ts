import {didYouMean} from '@orch/plugin-kit'
import {toKey} from '../role-key.js'
import type {Problem} from './problem.js'
import type {ValuePath, YamlFile} from './yaml-file.js'

/** @returns a problem when `written` names no role */
export function unknownRole(file: YamlFile, path: ValuePath, written: string, roles: ReadonlyMap<string, unknown>): Problem[] {
  const key = toKey(written)
  if (roles.has(key)) return []
  return [problemAt(file, path, `unknown role ${JSON.stringify(written)}${didYouMean(key, [...roles.keys()])}`)]
}

/** What to say of a briefing that no source has. */
export function unknownBriefing(name: string, briefings: ReadonlyMap<string, string>): string {
  return `unknown briefing ${JSON.stringify(name)}${didYouMean(name, [...briefings.keys()])}`
}

/** A problem at the line of a value. */
export function problemAt(file: YamlFile, path: ValuePath, message: string): Problem {
  return {file: file.path, line: file.lineOf(path), message}
}
