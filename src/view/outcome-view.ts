import {visibleWhole} from '@orch/plugin-kit'
import {plural} from '../domain/plural.js'
import {isFinished} from '../domain/project-states.js'
import type {MeasuredOutcome, Outcome} from '../services/status/outcome.js'
import {duration, oneLine, paint} from './format.js'

/** What came of a project, and where to look. */
export function outcomeLines(outcome: Outcome & Partial<MeasuredOutcome>): string[] {
  const {id, name, state, reason, integrationBranch, integrationSha, merged, flags, unmerged, leftBehind, repositoryChanges, parent} =
    outcome
  return [
    `${paint('bold', oneLine(name))} (${id}) is ${state}${reason ? `: ${oneLine(reason, 1000)}` : ''}.`,
    ...(state === 'completed' ? [verdict(outcome)] : []),
    ...baselineLines(outcome.baseline),
    ...(merged.length > 0
      ? [`Merged into ${integrationBranch} (${integrationSha?.slice(0, 12)}): ${merged.map(({role}) => role).join(', ')}.`]
      : []),
    ...sizeLines(outcome),
    ...spentLines(outcome),
    ...flags.map(({what}) => `${paint('yellow', '!')} To look at: ${oneLine(what, 400)}.`),
    ...unmergedLines(unmerged),
    ...leftBehindLines(leftBehind),
    ...repositoryLines(repositoryChanges),
    ...(state === 'blocked' ? [`After fixing that: orch resume ${id}`] : []),
    ...(parent?.moved ? [] : nextStep(outcome)),
    `Look: ${(isFinished(state) ? ['report', 'status'] : ['attach', 'report', 'status']).map((word) => `orch ${word} ${id}`).join(' · ')}${integrationSha === null ? '' : ` · git log --oneline ${integrationBranch}`}`,
    ...(parent?.moved ? [`Moved ${parent.branch} to ${integrationSha?.slice(0, 12)}${parent.why ? ` (${parent.why})` : ''}.`] : []),
  ]
}

function sizeLines({size, base, integrationBranch}: Outcome & Partial<MeasuredOutcome>): string[] {
  if (!size) return []
  const {files, insertions, deletions} = size
  return [`Changes: ${plural(files, 'file')}, +${insertions} −${deletions}. See them: git diff ${base.slice(0, 12)} ${integrationBranch}`]
}

/** How long it took and what it cost, as far as that is known. */
function spentLines({startedAt, finishedAt, cost}: Outcome): string[] {
  const unknown = cost && cost.unknown.length > 0 ? `, not counting ${cost.unknown.join(', ')} (cost not known)` : ''
  const spent = [
    ...(startedAt !== null && finishedAt !== null ? [`Took ${duration(finishedAt - startedAt)}`] : []),
    ...(cost ? [`cost $${cost.usd.toFixed(2)}${unknown}`] : []),
  ]
  return spent.length > 0 ? [`${spent.join(', ')}.`] : []
}

function verdict({verified, evidence, leftOut}: Outcome): string {
  const unused = leftOut.filter(({use}) => use === 'acceptance').map(({command, reason}) => `\`${visibleWhole(command)}\` (${reason})`)
  const without = unused.length > 0 ? ` Left out: ${unused.join(', ')}.` : ''
  if (verified) return `Verified: ${evidence.map(evidenceText).join(', ')}.${without}`
  return `Not verified: ${unused.length > 0 ? 'no acceptance command was run' : 'there was no acceptance command'}.${without}`
}

function evidenceText({command, exitCode, tests}: Outcome['evidence'][number]): string {
  return `\`${visibleWhole(command)}\` exit ${exitCode}${tests === undefined ? '' : ` (${plural(tests, 'test')})`}`
}

/** How to take a result that no branch of the person's has yet. */
function nextStep({state, parent, integrationBranch, integrationSha}: Outcome): string[] {
  if (state !== 'completed' || integrationSha === null) return []
  const stays = parent ? `${parent.branch} stays where it is: ${parent.why}. ` : ''
  return [`${stays}To merge the result: git merge ${integrationBranch}`]
}

/** One line for each change of the repository, with what a person can do about it. */
function repositoryLines(changes: Outcome['repositoryChanges']): string[] {
  return changes.map(({what, by, undo, settled}) => {
    const how = settled ?? (undo ? `to put it back: ${undo}` : 'look at it')
    return `${paint('yellow', '!')} Your repository changed: ${oneLine(what, 1000)} (${oneLine(by, 300)}); ${oneLine(how, 1000)}`
  })
}

/** One line for each branch with commits that are not in the result. */
export function unmergedLines(unmerged: Outcome['unmerged']): string[] {
  return unmerged.map(
    ({role, branch, commits, reason}) =>
      `${paint('yellow', '!')} Left out: ${role}, ${plural(commits, 'commit')} on ${branch}: ${oneLine(reason, 300)}`,
  )
}

/** One line for each agent that left something outside of its branch, with where it is kept. */
export function leftBehindLines(leftBehind: Outcome['leftBehind']): string[] {
  return leftBehind.map(({role, what, ref}) => {
    const kept = ref === null ? '' : `. Kept: git show ${ref}`
    return `${paint('yellow', '!')} Left behind: ${role}, ${oneLine(what.join('; '), 300)}${kept}`
  })
}

/** Lines about commands that fail on the base; none when all pass. */
export function baselineLines(baseline: Outcome['baseline']): string[] {
  return baseline?.failed ? [`${paint('yellow', '!')} Before any work, on the base: ${oneLine(baseline.failed, 300)}.`] : []
}
