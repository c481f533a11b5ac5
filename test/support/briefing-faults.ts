import {faultOfCommandLine, type CommandTable} from './command-table.js'

/** What a briefing may name. */
export interface BriefingFacts {
  readonly commands: CommandTable
  /** Keys of every role there is. */
  readonly roles: readonly string[]
  /** Keys of the roles in this team. */
  readonly team: readonly string[]
  /** Absolute paths that exist. */
  readonly paths: readonly string[]
  /** Environment variables the agent has. */
  readonly variables: readonly string[]
}

/** Words that mean a role though they are not its key. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  'code-reviewer': ['reviewer(?! can follow)', 'code review(er)?'],
  'project-manager': ['project manager'],
  testrunner: ['test runner'],
  'documentation-writer': ['writer'],
}
/** Variables that the text tells the agent to set. */
const SET_BY_AGENT = ['UV_NO_WORKSPACE']

/** Everything a rendered briefing names that is not there; empty when it is true. */
export function faultsOfBriefing(text: string, facts: BriefingFacts): string[] {
  return [
    ...strayMarks(text),
    ...absentRoles(text, facts),
    ...falseCommands(text, facts),
    ...falsePaths(text, facts),
    ...falseVariables(text, facts),
  ]
}

function strayMarks(text: string): string[] {
  const marks = text.match(/\{\{|\}\}|<!--|\bundefined\b|\bnull\b|\[object|``|  +[,.;]|\(\)|orch send +"/g) ?? []
  return marks.map((mark) => `a mark of the template is left: ${mark}`)
}

/** Names of branches and worktrees are the team's own. */
function absentRoles(text: string, {roles, team}: BriefingFacts): string[] {
  return roles
    .filter((role) => !team.includes(role))
    .flatMap((role) => {
      const found = [role, ...(ALSO[role] ?? [])].map((word) => text.search(new RegExp(`(?<![\\w/-])(?:${word})(?![\\w-])`, 'i')))
      return found.flatMap((at) => (at < 0 ? [] : [`${role} is not in the team: ${text.slice(Math.max(0, at - 40), at + 30)}`]))
    })
}

function falseCommands(text: string, {commands}: BriefingFacts): string[] {
  return [...text.matchAll(/`(orch[^`]*)`/g)].flatMap(([, line]) => faultOfCommandLine(commands, line!) ?? [])
}

function falsePaths(text: string, {paths}: BriefingFacts): string[] {
  const named = [...text.matchAll(/(?<![\w.~@:<>/-])\/[\w.-]+(?:\/[\w.-]+)*/g)].map(([path]) => path.replace(/\.$/, ''))
  return named.filter((path) => !paths.includes(path)).map((path) => `no such file: ${path}`)
}

function falseVariables(text: string, {variables}: BriefingFacts): string[] {
  const named = [...text.matchAll(/\$([A-Z][A-Z_]+)|`([A-Z]+(?:_[A-Z]+)*)(?:=[^`]*)?`/g)].map(([, a, b]) => (a ?? b)!)
  return named.filter((name) => !variables.includes(name) && !SET_BY_AGENT.includes(name)).map((name) => `no such variable: ${name}`)
}
