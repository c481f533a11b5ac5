import type {CommandIndex, IndexedFlag} from './command-index.js'
import {placeOnLine, type Place} from './place-on-line.js'
import type {ValueKind, Values} from './value-kinds.js'

export interface Completion {
  readonly word: string
  readonly about: string
}

/** Words, or what the shell knows better itself. */
export type Completions = readonly Completion[] | 'files' | 'folders'

/** Values that change while orch runs. */
export interface LiveValues {
  readonly projects: () => readonly Completion[]
  /** @param project as typed; null: the one that is meant */
  readonly roles: (project: string | null) => readonly Completion[]
  readonly questions: () => readonly Completion[]
  readonly checkIns: () => readonly Completion[]
  readonly names: (which: 'kinds' | 'planners' | 'teams' | 'roles') => readonly string[]
}

const EVERYONE = [
  {word: 'person', about: 'a person'},
  {word: 'all', about: 'every agent of the project'},
]

/**
 * What may stand where the cursor is.
 * @param words typed after the program's name; the last is under the cursor
 */
export function completions(index: CommandIndex, words: readonly string[], live: LiveValues): Completions {
  const place = placeOnLine(index, words)
  if (!place) return []
  const current = words.at(-1) ?? ''
  if (place.what === 'command') return beginning(commandsAt(index, place.before), current)
  if (place.what === 'flag') return beginning(place.command.flags.filter(unusedIn(place.used)).flatMap(flagWords), current)
  return valuesAt(index, place, live)
}

/** Words of one level: commands, and topics that hold some. */
function commandsAt({commands, topics}: CommandIndex, before: readonly string[]): Completion[] {
  const depth = before.length
  const found = new Map<string, string>()
  for (const {name, about} of [...topics, ...commands]) {
    const parts = name.split(' ')
    if (parts.length > depth && before.every((word, at) => parts[at] === word))
      if (parts.length === depth + 1 || !found.has(parts[depth]!)) found.set(parts[depth]!, about)
  }
  return [...found].map(([word, about]) => ({word, about})).sort((a, b) => a.word.localeCompare(b.word))
}

function unusedIn(used: ReadonlySet<string>) {
  return ({name, multiple}: IndexedFlag): boolean => multiple || !used.has(name)
}

function flagWords({name, about, allowNo}: IndexedFlag): Completion[] {
  return [{word: `--${name}`, about}, ...(allowNo ? [{word: `--no-${name}`, about: `not: ${about}`}] : [])]
}

function valuesAt(index: CommandIndex, {takes, typed, prefix, args, project}: Place & {what: 'value'}, live: LiveValues): Completions {
  if (takes === 'file') return 'files'
  if (takes === 'folder') return 'folders'
  if (takes === 'command') return beginning(commandsAt(index, []), typed)
  const found = valuesOf(index, takes, args['project'] ?? project, live)
  const isList = takes === 'roles' || takes === 'recipients'
  // Of a list, what is behind the last comma is completed with what is not in it yet.
  const done = isList ? typed.slice(0, typed.lastIndexOf(',') + 1) : ''
  const fresh = found.filter(({word}) => !done.split(',').includes(word))
  return beginning(fresh, typed.slice(done.length)).map(({word, about}) => ({word: `${prefix}${done}${word}`, about}))
}

function valuesOf({plugins}: CommandIndex, takes: Values, project: string | null, live: LiveValues): readonly Completion[] {
  if (typeof takes !== 'string') return plain(takes)
  const table: Readonly<Partial<Record<ValueKind, () => readonly Completion[]>>> = {
    project: live.projects,
    'project-or-role': () => [...live.roles(null), ...live.projects()],
    'agent-role': () => live.roles(project),
    recipients: () => [...live.roles(project), ...EVERYONE],
    role: () => plain(live.names('roles')),
    roles: () => plain(live.names('roles')),
    kind: () => plain(['auto', ...live.names('kinds')]),
    team: () => plain(['auto', ...live.names('teams')]),
    'team-or-role': () => plain([...live.names('teams'), ...live.names('roles')]),
    planner: () => plain(['auto', ...live.names('planners')]),
    question: live.questions,
    'check-in': live.checkIns,
    plugin: () => plain(plugins),
  }
  return table[takes]?.() ?? []
}

function plain(words: readonly string[]): Completion[] {
  return words.map((word) => ({word, about: ''}))
}

function beginning(all: readonly Completion[], typed: string): Completion[] {
  return all.filter(({word}) => word.startsWith(typed))
}
