import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

/** What a command takes. */
export interface CommandFacts {
  /** Names without dashes. */
  readonly flags: ReadonlyMap<string, {readonly boolean: boolean; readonly allowNo: boolean; readonly char: string | null}>
  readonly args: number
  /** Further words are arguments too. */
  readonly open: boolean
}

export type CommandTable = ReadonlyMap<string, CommandFacts>

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Flags of every command (plugins/kit/src/command/orch-command.ts and oclif's help). */
const EVERYWHERE = ['json', 'help']
/** Commands of oclif's own plugins that the texts name; their flags are not looked at. */
const OF_OCLIF = ['plugins', 'plugins install', 'plugins link', 'plugins uninstall', 'plugins unlink', 'plugins update', 'help']

/** Flags of `orch` itself. */
const GLOBAL = ['--help', '--version']

/** Reads every command of orch and of its built-in plugins from the sources, by its words (`checkin add`). */
export async function commandTable(): Promise<CommandTable> {
  const folders = [
    join(ROOT, 'src/commands'),
    ...readdirSync(join(ROOT, 'plugins')).map((name) => join(ROOT, 'plugins', name, 'src/commands')),
  ]
  const table = new Map<string, CommandFacts>(OF_OCLIF.map((id) => [id, {flags: new Map(), args: Infinity, open: true}]))
  for (const folder of folders) {
    for (const file of filesBelow(folder)) {
      const {default: command} = (await import(pathToFileURL(join(folder, file)).href)) as {default: CommandClass}
      const id = file
        .replace(/\.ts$/, '')
        .replace(/(^|\/)index$/, '')
        .replaceAll('/', ' ')
      table.set(id, factsOf(command))
    }
  }
  return table
}

/**
 * What is wrong with a command line as a text shows it: `orch send ROLE "text" --file FILE`.
 * @returns null when each command and flag exists
 */
export function faultOfCommandLine(table: CommandTable, text: string): string | null {
  const words = wordsOf(text.replace(/^orch\s*/, ''))
  const plain = words.slice(0, words.findIndex((word) => !/^[a-z][a-z|-]*$/.test(word)) >>> 0)
  const id = plain
    .map((_, index) => plain.slice(0, plain.length - index).join(' '))
    .find((name) => alternatives(name).every((one) => table.has(one)))
  if (id === undefined)
    return words.every((word) => GLOBAL.includes(word)) || (plain.length === 1 && isTopic(table, plain[0]!))
      ? null
      : `no command: orch ${plain.join(' ')}`
  for (const one of alternatives(id)) {
    const fault = faultOfFlags(table.get(one)!, words.slice(id.split(' ').length))
    if (fault) return `orch ${one}: ${fault}`
  }
  return null
}

interface CommandClass {
  readonly flags?: Readonly<Record<string, {readonly type: string; readonly allowNo?: boolean; readonly char?: string}>>
  readonly args?: Readonly<Record<string, {readonly multiple?: boolean}>>
  readonly strict?: boolean
}

function factsOf({flags = {}, args = {}, strict = true}: CommandClass): CommandFacts {
  const known = Object.entries(flags).map(
    ([name, {type, allowNo = false, char}]) => [name, {boolean: type === 'boolean', allowNo, char: char ?? null}] as const,
  )
  return {flags: new Map(known), args: Object.keys(args).length, open: !strict || Object.values(args).some(({multiple}) => multiple)}
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter((file) => file.endsWith('.ts'))
  } catch {
    return []
  }
}

/** `port status|wait` is two commands. */
function alternatives(id: string): string[] {
  return id.split(' ').reduce<string[]>((all, word) => all.flatMap((begin) => word.split('|').map((one) => `${begin} ${one}`.trim())), [''])
}

function isTopic(table: CommandTable, word: string): boolean {
  return [...table.keys()].some((id) => id.startsWith(`${word} `)) && !table.has(word)
}

function faultOfFlags({flags, args, open}: CommandFacts, words: readonly string[]): string | null {
  let given = 0
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!.replace(/^\[+|\]+$/g, '')
    if (word === '--') break
    if (!word.startsWith('-') || word === '-') {
      given++
      continue
    }
    const name = word.replace(/^-+/, '').split('=')[0]!
    const flag = [...flags].find(([long, {char, allowNo}]) =>
      word.startsWith('--') ? long === name || (allowNo && `no-${long}` === name) : char === name,
    )?.[1]
    if (!flag && !EVERYWHERE.includes(name) && args !== Infinity) return `no flag ${word}`
    if (flag && !flag.boolean && !word.includes('=')) index++
  }
  return !open && given > args ? `${given} arguments, it takes ${args}` : null
}

/** Words as a shell cuts them; a quoted text is one. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word)
}
