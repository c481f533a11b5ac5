import {randomUUID} from 'node:crypto'
import {resolve} from 'node:path'
import {Args, Flags} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import type {RunRequest} from '../services/planning/run-request.js'

/** What `plan` and `new` take. */
export const RUN_ARGS = {spec: Args.string({description: 'The specification: any text file, Markdown at best.', required: true})}

export const PLAN_FLAGS = {
  project: Flags.string({
    char: 'p',
    description: 'Folder in the repository. Default: the repository that holds the specification.',
    helpValue: 'DIR',
  }),
  agent: Flags.string({description: 'Agent kind: auto, claude, rehearsal, or that of a plugin.', helpValue: 'KIND'}),
  team: Flags.string({description: 'Team template, or auto.', helpValue: 'NAME'}),
  roles: Flags.string({description: 'Exactly these roles, plus the orchestrator.', helpValue: 'a,b'}),
  'add-roles': Flags.string({description: 'These roles as well.', helpValue: 'a,b'}),
  'max-agents': Flags.integer({description: 'At most so many agents.', min: 1, max: 100}),
  subscription: Flags.string({description: 'Plan of the account; caps the team.', options: ['pro', 'max5', 'max20', 'console']}),
  size: Flags.string({
    description:
      'Size of the team: small is one role beside the orchestrator, medium up to 5 roles, large up to 8. auto goes by the specification and the repository.',
    options: ['auto', 'small', 'medium', 'large'],
    default: 'auto',
  }),
  planner: Flags.string({description: 'auto, claude or outline.', helpValue: 'NAME'}),
  'plan-file': Flags.string({description: 'Use this plan instead of making one.', helpValue: 'FILE'}),
  accept: Flags.string({
    description: 'Command that must exit 0 on the merged work; may be given again.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'CMD',
  }),
  setup: Flags.string({
    description: 'Command run in each new worktree, the one for verification too; may be given again.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'CMD',
  }),
  baseline: Flags.boolean({
    allowNo: true,
    description: 'Run the acceptance commands once on the untouched base too, while the team starts. Default: yes.',
  }),
  merge: Flags.string({description: 'How far verified work is merged.', options: ['none', 'integration', 'parent']}),
  name: Flags.string({description: 'Name of the project.'}),
  'trust-project': Flags.boolean({
    default: false,
    description: 'Trust this repository: its hooks, MCP servers and commands may run. Remembered.',
  }),
}

/** What `run` and `new` take beside PLAN_FLAGS. */
export const START_FLAGS = {
  yes: Flags.boolean({
    default: false,
    char: 'y',
    description: 'Approve the plan. Covers commands from flags and your own configuration only.',
  }),
  'init-commit': Flags.boolean({default: false, description: 'Make an empty first commit in a repository that has none.'}),
  wait: Flags.boolean({
    default: false,
    description: 'Wait for the outcome; it is the exit code: 0 completed, 1 failed or blocked, 75 still waiting, 130 cancelled.',
  }),
  detach: Flags.boolean({default: false, description: 'Return when the team is ready, in a terminal too.', exclusive: ['wait']}),
  timeout: Flags.string({description: 'Stop waiting after this time (90s, 30m, 2h); the project continues.', helpValue: 'TIME'}),
  deadline: Flags.string({
    description: 'End the project at this time (18:30, 2030-01-31T18:30) or after it (90m, 2h), whatever it is doing then.',
    helpValue: 'TIME',
  }),
  'budget-usd': Flags.string({
    description: 'Stop the agents and ask you when plan and agents have cost so much, as far as their cost is known.',
    helpValue: 'AMOUNT',
  }),
  unverified: Flags.boolean({
    default: false,
    description: 'With --merge parent: move the branch also when the result is not verified.',
  }),
  'stop-on-exit': Flags.boolean({
    default: false,
    description: 'Wait for the outcome, and stop the project when this command ends before it does.',
    exclusive: ['detach'],
  }),
}

/** What the flags of PLAN_FLAGS hold. */
export interface PlanFlagValues {
  readonly project?: string | undefined
  readonly agent?: string | undefined
  readonly team?: string | undefined
  readonly roles?: string | undefined
  readonly 'add-roles'?: string | undefined
  readonly 'max-agents'?: number | undefined
  readonly subscription?: string | undefined
  readonly size: string
  readonly planner?: string | undefined
  readonly 'plan-file'?: string | undefined
  readonly accept?: string[] | undefined
  readonly setup?: string[] | undefined
  readonly baseline?: boolean | undefined
  readonly merge?: string | undefined
  readonly name?: string | undefined
  readonly 'trust-project': boolean
}

/** The request for the supervisor: paths absolute, flags as keys of the configuration. */
export function toRunRequest(
  spec: string,
  flags: PlanFlagValues,
  cwd: string,
  env: NodeJS.ProcessEnv,
  {
    needsAgent,
    deadlineAt = null,
    budgetUsd = null,
    unverified = false,
  }: {needsAgent: boolean; deadlineAt?: number | null; budgetUsd?: number | null; unverified?: boolean},
): RunRequest {
  return {
    key: randomUUID(),
    spec: resolve(cwd, spec),
    project: flags.project === undefined ? null : resolve(cwd, flags.project),
    cwd,
    name: flags.name ?? null,
    roles: list(flags.roles, '--roles'),
    addRoles: list(flags['add-roles'], '--add-roles'),
    size: flags.size as RunRequest['size'],
    flags: given({
      agent: flags.agent,
      team: flags.team,
      maxAgents: flags['max-agents'],
      subscription: flags.subscription,
      planner: flags.planner,
      acceptance: flags.accept,
      setup: flags.setup,
      baseline: flags.baseline,
      merge: flags.merge,
    }),
    trustProject: flags['trust-project'],
    needsAgent,
    env: environmentOf(env),
    planFile: flags['plan-file'] === undefined ? null : resolve(cwd, flags['plan-file']),
    deadlineAt,
    budgetUsd,
    ...(unverified ? {unverified} : {}),
  }
}

/** The variables that are set. */
export function environmentOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return given(env) as Record<string, string>
}

/** @throws ORCH_USAGE */
export function parseAmount(text: string, flag: string): number {
  const amount = /^\$?\d+(\.\d+)?$/.test(text.trim()) ? Number(text.trim().replace('$', '')) : 0
  if (amount > 0 && Number.isFinite(amount)) return amount
  throw new OrchError('ORCH_USAGE', {what: `${flag} ${text} is not an amount.`, hint: 'Say US dollars: 5 or 2.50.'})
}

function list(text: string | undefined, flag: string): string[] {
  if (text === undefined) return []
  const names = text
    .split(',')
    .map((name) => name.trim().replaceAll('_', '-').toLowerCase())
    .filter(Boolean)
  if (names.length === 0)
    throw new OrchError('ORCH_USAGE', {
      what: `${flag} names no role.`,
      hint: 'Give names separated by commas; `orch team list` shows them.',
    })
  return names
}

function given(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
