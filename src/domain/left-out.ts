import type {Plan, PlannedCommand} from '@orch/plugin-kit'
import type {LeftOutCommand} from './model/project.js'

/** Where a command comes from, in words. */
const ORIGINS: Readonly<Record<PlannedCommand['origin'], string>> = {
  flag: 'a flag',
  'user-config': 'your configuration',
  'project-config': "the repository's configuration",
  spec: 'the specification',
  template: 'the team template',
  'plan-file': 'a plan file that orch did not write',
}

/** Names the commands of a plan that are not among the ones agreed to. */
export function leftOutOf(plan: Pick<Plan, 'acceptance' | 'setup'>, leftOut: readonly PlannedCommand[]): LeftOutCommand[] {
  const named = (use: LeftOutCommand['use']) =>
    plan[use]
      .filter((command) => leftOut.includes(command))
      .map((command): LeftOutCommand => ({...command, use, reason: reasonOf(command)}))
  return [...named('acceptance'), ...named('setup')]
}

function reasonOf({origin}: PlannedCommand): string {
  return `it comes from ${ORIGINS[origin]}, which --yes does not cover without --trust-project`
}
