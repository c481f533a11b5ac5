import {counted} from '../domain/counted.js'
import {isFinished} from '../domain/project-states.js'
import type {Outcome} from '../services/outcome.js'
import {oneLine, paint} from './text.js'

/** What came of a project, and where to look. */
export function outcomeLines(outcome: Outcome): string[] {
  const {id, name, state, reason, verified, integrationBranch, integrationSha, merged, evidence, unmerged} = outcome
  return [
    `${paint('bold', oneLine(name))} (${id}) is ${state}${reason ? `: ${oneLine(reason, 1000)}` : ''}.`,
    ...(state === 'completed'
      ? [
          verified
            ? `Verified: ${evidence.map(({command, exitCode}) => `\`${oneLine(command)}\` exit ${exitCode}`).join(', ')}.`
            : 'Not verified: there was no acceptance command.',
        ]
      : []),
    ...(merged.length > 0
      ? [`Merged into ${integrationBranch} (${integrationSha?.slice(0, 12)}): ${merged.map(({role}) => role).join(', ')}.`]
      : []),
    ...unmergedLines(unmerged),
    ...(state === 'blocked' ? [`When that is mended: orch resume ${id}`] : []),
    `Look: ${(isFinished(state) ? ['report', 'status'] : ['attach', 'report', 'status']).map((word) => `orch ${word} ${id}`).join(' · ')}${integrationSha === null ? '' : ` · git log --oneline ${integrationBranch}`}`,
  ]
}

/** One line for each branch with commits that are not in the result. */
export function unmergedLines(unmerged: Outcome['unmerged']): string[] {
  return unmerged.map(
    ({role, branch, commits, reason}) =>
      `${paint('yellow', '!')} Left out: ${role}, ${counted(commits, 'commit')} on ${branch}: ${oneLine(reason, 300)}`,
  )
}
