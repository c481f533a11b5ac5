/** What the value of an argument or a flag names. */
export type ValueKind =
  | 'file'
  | 'folder'
  | 'project'
  /** A role of the project on the command line. */
  | 'agent-role'
  /** PROJECT, which may be left out before a role. */
  | 'project-or-role'
  /** Roles of the project, `person` and `all`, with commas. */
  | 'recipients'
  /** A role that a team may have. */
  | 'role'
  /** Several of them, with commas. */
  | 'roles'
  | 'kind'
  | 'team'
  | 'team-or-role'
  | 'planner'
  | 'question'
  | 'check-in'
  | 'plugin'
  | 'command'
  | 'none'

/** A kind, or the values themselves. */
export type Values = ValueKind | readonly string[]

const ARGS: Readonly<Record<string, ValueKind>> = {
  spec: 'file',
  project: 'project',
  role: 'agent-role',
  to: 'recipients',
  path: 'folder',
  folder: 'folder',
  plugin: 'plugin',
  agent: 'recipients',
}

/** Where the name of an argument says something else. */
const ARGS_OF: Readonly<Record<string, ValueKind>> = {
  'agent add role': 'role',
  'agent brief project': 'project-or-role',
  'agent capture project': 'project-or-role',
  'agent restart project': 'project-or-role',
  'agent show project': 'project-or-role',
  'agent remove project': 'project-or-role',
  'agent stop project': 'project-or-role',
  'answer id': 'question',
  'approve id': 'question',
  'attach project': 'project-or-role',
  'briefing role': 'role',
  'checkin remove id': 'check-in',
  'deny id': 'question',
  'help command': 'command',
  'logs project': 'project-or-role',
  'plugin disable name': 'plugin',
  'plugin enable name': 'plugin',
  'plugins install plugin': 'folder',
  'team show name': 'team-or-role',
}

const FLAGS: Readonly<Record<string, ValueKind>> = {
  agent: 'kind',
  planner: 'planner',
  team: 'team',
  roles: 'roles',
  'add-roles': 'roles',
  role: 'agent-role',
  file: 'file',
  out: 'file',
  'plan-file': 'file',
  dir: 'folder',
  project: 'folder',
}

/** Commands about what runs; elsewhere `--project` is a folder. */
const ABOUT_RUNS = /^(ask|send|checkin \w+)$/

export function kindOfArg(command: string, name: string): ValueKind {
  return ARGS_OF[`${command} ${name}`] ?? ARGS[name] ?? 'none'
}

export function kindOfFlag(command: string, name: string): ValueKind {
  return name === 'project' && ABOUT_RUNS.test(command) ? 'project' : (FLAGS[name] ?? 'none')
}
