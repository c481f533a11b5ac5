import {isFinished} from '../domain/project-states.js'
import type {Outcome} from '../services/outcome.js'
import {oneLine, paint} from './text.js'

/** What came of a project, and where to look. */
export function outcomeLines(outcome: Outcome): string[] {
  const {id, name, state, reason, verified, integrationBranch, integrationSha, merged, evidence} = outcome
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
    ...(state === 'blocked' ? [`When that is mended: orch resume ${id}`] : []),
    `Look: ${(isFinished(state) ? ['report', 'status'] : ['attach', 'report', 'status']).map((word) => `orch ${word} ${id}`).join(' · ')}${integrationSha === null ? '' : ` · git log --oneline ${integrationBranch}`}`,
  ]
}
