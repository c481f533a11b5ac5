import type {Command} from '@oclif/core'
import {kindOfArg, kindOfFlag, type Values} from './value-kinds.js'

/** A flag as completion needs it. */
export interface IndexedFlag {
  readonly name: string
  readonly char: string | null
  readonly about: string
  /** What its value is; null for a switch. */
  readonly takes: Values | null
  readonly multiple: boolean
  readonly allowNo: boolean
}

export interface IndexedCommand {
  /** With spaces: `agent show`. */
  readonly name: string
  readonly about: string
  readonly args: readonly {readonly name: string; readonly takes: Values}[]
  readonly flags: readonly IndexedFlag[]
}

/** Everything completion knows without loading oclif. */
export interface CommandIndex {
  readonly commands: readonly IndexedCommand[]
  readonly topics: readonly {readonly name: string; readonly about: string}[]
  /** Names of plugins that a person added. */
  readonly plugins: readonly string[]
}

interface Known {
  readonly commands: readonly Command.Loadable[]
  readonly topics: readonly {readonly name: string; readonly description?: string | undefined; readonly hidden?: boolean | undefined}[]
  readonly plugins: ReadonlyMap<string, {readonly name: string; readonly type: string}>
}

/** Picks from oclif's configuration what completion needs. Hidden commands and flags are left out. */
export function commandIndex({commands, topics, plugins}: Known): CommandIndex {
  return {
    commands: commands
      .filter(({hidden}) => !hidden)
      .map(indexed)
      .sort((a, b) => a.name.localeCompare(b.name)),
    topics: topics.filter(({hidden}) => !hidden).map(({name, description}) => ({name: words(name), about: firstSentence(description)})),
    plugins: [...plugins.values()].filter(({type}) => type !== 'core').map(({name}) => name),
  }
}

function indexed({id, summary, description, args, flags}: Command.Loadable): IndexedCommand {
  const name = words(id)
  return {
    name,
    about: firstSentence(summary ?? description),
    args: Object.values(args).map((arg) => ({name: arg.name, takes: arg.options ?? kindOfArg(name, arg.name)})),
    flags: Object.values(flags)
      .filter(({hidden}) => !hidden)
      .map((flag) => ({
        name: flag.name,
        char: flag.char ?? null,
        about: firstSentence(flag.summary ?? flag.description),
        takes: flag.type === 'boolean' ? null : (flag.options ?? kindOfFlag(name, flag.name)),
        multiple: flag.type === 'option' && flag.multiple === true,
        allowNo: flag.type === 'boolean' && flag.allowNo === true,
      })),
  }
}

function words(id: string): string {
  return id.replaceAll(':', ' ')
}

/** What a shell shows beside a word: one line, without the template tags of oclif. */
function firstSentence(text = ''): string {
  const [line = ''] = text.replaceAll(/<%.*?%>/g, 'orch').split('\n')
  return (/^.*?[.:](?=\s|$)/.exec(line)?.[0] ?? line).replace(/[.:]$/, '')
}
