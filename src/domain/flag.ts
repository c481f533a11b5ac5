import {plural} from './plural.js'
import type {TestChanges} from './test-changes.js'
import type {Flag} from './model/flag.js'
import type {Project} from './model/project.js'
import type {CommandEvidence} from './model/merge.js'
import type {Baseline} from './model/baseline.js'

/** Items that a flag names; of more it gives the number. */
const NAMED = 5

/** Says what to look at in a result. @param changes null when the diff could not be read */
export function flagsOf({verification, baseline, agents}: Project, changes: TestChanges | null): Flag[] {
  const evidence = verification?.evidence ?? []
  return [
    ...evidence.flatMap((one) => ofEvidence(one, baseline ?? null)),
    ...(changes === null ? [] : ofChanges(changes)),
    // What other roles left is looked for once more, and kept, at the end.
    ...agents
      .filter(({owes}) => owes === 'commits')
      .flatMap(({role, claim}) => (claim?.remarks ?? []).map((what): Flag => ({kind: 'remark', what: `${role}: ${what}`}))),
  ]
}

function ofEvidence({command, tests}: CommandEvidence, baseline: Baseline | null): Flag[] {
  if (tests === 0) return [{kind: 'no-tests', what: `\`${command}\` ran no test`}]
  const before = baseline?.commands.find((one) => one.command === command)?.tests
  if (tests === undefined || before === undefined || tests >= before) return []
  return [{kind: 'fewer-tests', what: `\`${command}\` ran ${plural(tests, 'test')}, ${before} on the base`}]
}

function ofChanges({deleted, skipped, commands}: TestChanges): Flag[] {
  return [
    ...(deleted.length > 0 ? [{kind: 'deleted-tests', what: `the change deletes tests: ${list(deleted)}`} as const] : []),
    ...(skipped.length > 0 ? [{kind: 'skipped-tests', what: `the change skips tests: ${list(skipped)}`} as const] : []),
    ...(commands.length > 0
      ? [{kind: 'test-command', what: `the change alters what a test command runs: ${list(commands)}`} as const]
      : []),
  ]
}

function list(items: readonly string[]): string {
  const more = items.length - NAMED
  return items.slice(0, NAMED).join('; ') + (more > 0 ? ` and ${more} more` : '')
}
