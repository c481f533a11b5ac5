import {hasFailed} from './merge.js'
import {isFinished} from './project-states.js'
import type {Baseline} from './model/baseline.js'
import type {Project} from './model/project.js'
import type {CommandEvidence} from './model/merge.js'

/** Where the cause of a failing verification lies. */
export type Fault =
  /** The merged work: the claim is rejected, and that counts. */
  | {readonly at: 'work'}
  /** It fails on the base already: the claim goes back, and that does not count as a rejection. */
  | {readonly at: 'base'}
  /** No work of an agent can mend it. */
  | {readonly at: 'environment'; readonly reason: string}

/** How often a claim goes back for what fails on the base already before the project is blocked. */
export const MAX_RETURNS = 3

/** Whether the acceptance commands are still to run on the base. */
export function needsBaseline({options, baseline, state}: Project): boolean {
  return isWanted(options) && !baseline && !['paused', 'blocked', 'merging'].includes(state) && !isFinished(state)
}

/** Whether the project has, or had, a worktree for its baseline that may still be there. */
export function mayHoldTree({options, baseline}: Project): boolean {
  return isWanted(options) && !baseline
}

function isWanted({baseline, acceptance}: Project['options']): boolean {
  return baseline === true && acceptance.length > 0
}

export function toBaseline(found: {commands: readonly CommandEvidence[]; setUp: CommandEvidence | null}, at: number): Baseline {
  const {commands, setUp} = found
  if (setUp) return {outcome: 'set-up-failed', commands, setUp, at}
  if (commands.some(isMissing)) return {outcome: 'could-not-start', commands, setUp, at}
  return {outcome: commands.some(hasFailed) ? 'failed' : 'passed', commands, setUp, at}
}

/** Whether it shows that the commands cannot succeed here, whatever the team does. */
export function isEnvironmental({outcome}: Baseline): boolean {
  return outcome === 'could-not-start' || outcome === 'set-up-failed'
}

/**
 * Says where the cause of failing acceptance commands lies.
 * @param evidence what the commands showed on the merged work; at least one has failed
 * @param baseline null when the commands did not run on the base
 */
export function faultOf(evidence: readonly CommandEvidence[], baseline: Baseline | null): Fault {
  const failed = evidence.filter(hasFailed)
  const missing = failed.filter((one) => isMissing(one) && !succeededOnBase(one, baseline))
  if (missing.length > 0) return {at: 'environment', reason: `${list(missing)} could not be started`}
  return failed.every(({command}) => baseline?.commands.some((known) => known.command === command && hasFailed(known)))
    ? {at: 'base'}
    : {at: 'work'}
}

/**
 * Says where the cause of a failing set-up command in the verification worktree lies.
 * @param hasNewInputs whether the merged work changed what the set-up reads: lock files, manifests, copied files
 */
export function faultOfSetUp({command, exitCode}: CommandEvidence, hasNewInputs: boolean, baseline: Baseline | null): Fault {
  const ended = `the set-up command \`${command}\` ended with ${exitCode ?? 'a signal'}`
  if (baseline?.setUp?.command === command) return {at: 'environment', reason: `${ended}, as it does on the base before any work`}
  if (hasNewInputs) return {at: 'work'}
  return {at: 'environment', reason: `${ended}, and the work changed none of the files it reads`}
}

/** What fails on the base, in one line; null when everything passed. */
export function describeBaseline({outcome, commands, setUp}: Baseline): string | null {
  if (outcome === 'passed') return null
  if (setUp) return `the set-up command \`${setUp.command}\` ${endOf(setUp)}`
  return commands
    .filter(hasFailed)
    .map((one) => `\`${one.command}\` ${endOf(one)}`)
    .join(', ')
}

function endOf({exitCode, notStarted, changed = []}: CommandEvidence): string {
  if (notStarted) return 'could not be started'
  if (exitCode !== 0) return `ended with ${exitCode ?? 'a signal'}`
  return `changed tracked files: ${changed.slice(0, 5).join(', ')}${changed.length > 5 ? ', …' : ''}`
}

/** A program that is sought on the PATH; one that is named with its folder may be a file that the work has yet to add. */
function isMissing({command, notStarted}: CommandEvidence): boolean {
  return notStarted === true && !command.trimStart().split(/\s/)[0]!.includes('/')
}

function succeededOnBase({command}: CommandEvidence, baseline: Baseline | null): boolean {
  return baseline?.commands.some((known) => known.command === command && !known.notStarted) ?? false
}

function list(evidence: readonly CommandEvidence[]): string {
  return evidence.map(({command}) => `\`${command}\``).join(', ')
}
