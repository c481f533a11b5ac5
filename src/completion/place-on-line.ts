import type {CommandIndex, IndexedCommand, IndexedFlag} from './command-index.js'
import type {Values} from './value-kinds.js'

/** What may come where the cursor is. */
export type Place =
  | {readonly what: 'command'; readonly before: readonly string[]}
  | {readonly what: 'flag'; readonly command: IndexedCommand; readonly used: ReadonlySet<string>}
  | {
      readonly what: 'value'
      readonly takes: Values
      /** What is typed of the value. */
      readonly typed: string
      /** Typed before it in the same word: `--agent=`. */
      readonly prefix: string
      /** Arguments by name, for values that depend on them. */
      readonly args: Readonly<Record<string, string>>
      /** Value of `--project`. */
      readonly project: string | null
    }

/**
 * Finds out what is completed.
 * @param words typed after the program's name; the last is the one under the cursor, empty when nothing of it is typed
 */
export function placeOnLine(index: CommandIndex, words: readonly string[]): Place | null {
  const before = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const command = commandOf(index, before)
  if (!command || isTopicOnly(index, before)) return current.startsWith('-') ? null : {what: 'command', before}
  const line = readLine(command, before.slice(command.name.split(' ').length))
  const project = line.values.get('project') ?? null
  const value = (takes: Values, typed: string, prefix: string): Place => ({what: 'value', takes, typed, prefix, args: line.args, project})
  if (line.open) return value(line.open.takes ?? 'none', current, '')
  const [, name, typed] = /^--([^=]+)=(.*)$/s.exec(current) ?? []
  if (name !== undefined && !line.isBehindDashes) {
    const flag = command.flags.find((each) => each.name === name)
    return flag?.takes ? value(flag.takes, typed!, `--${name}=`) : null
  }
  if (current.startsWith('-') && !line.isBehindDashes) return {what: 'flag', command, used: line.used}
  const takes = command.args[line.count]?.takes
  // `orch help config <TAB>`.
  if (command.name === 'help') return {what: 'command', before: before.slice(1)}
  return value(takes ?? 'none', current, '')
}

/** The longest name of a command that the line begins with. */
function commandOf({commands}: CommandIndex, words: readonly string[]): IndexedCommand | undefined {
  const names = [2, 1].map((length) => words.slice(0, length).join(' '))
  return names.map((name) => commands.find((command) => command.name === name)).find((command) => command !== undefined)
}

/** `orch agent <TAB>`, and `orch inbox <TAB>`, which is a command too. */
function isTopicOnly({commands}: CommandIndex, words: readonly string[]): boolean {
  return words.length === 1 && commands.some(({name}) => name.startsWith(`${words[0]} `))
}

interface Line {
  readonly args: Readonly<Record<string, string>>
  readonly count: number
  readonly values: ReadonlyMap<string, string>
  readonly used: ReadonlySet<string>
  /** The flag whose value comes next. */
  readonly open: IndexedFlag | null
  readonly isBehindDashes: boolean
}

function readLine({args, flags}: IndexedCommand, words: readonly string[]): Line {
  const given: string[] = []
  const values = new Map<string, string>()
  const used = new Set<string>()
  let open: IndexedFlag | null = null
  let isBehindDashes = false
  for (const word of words) {
    if (open) {
      values.set(open.name, word)
      open = null
    } else if (isBehindDashes || !word.startsWith('-') || word === '-') given.push(word)
    else if (word === '--') isBehindDashes = true
    else {
      const [name = '', value] = word.split('=', 2)
      const flag = flags.find((each) => name === `--${each.name}` || name === `--no-${each.name}` || name === `-${each.char}`)
      if (!flag) continue
      used.add(flag.name)
      if (flag.takes && value === undefined) open = flag
      else if (value !== undefined) values.set(flag.name, value)
    }
  }
  const named = Object.fromEntries(args.flatMap(({name}, at) => (given[at] === undefined ? [] : [[name, given[at]]])))
  return {args: named, count: given.length, values, used, open, isBehindDashes}
}
