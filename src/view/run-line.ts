import {shellWord} from '../domain/shell-word.js'

/** Flags of `orch plan` that its run does not take: the plan is made, and `--out` was for this time. */
const OF_THE_PLAN = ['--out', '-o', '--planner', '--plan-file']

/**
 * The command that runs a plan as it was shown.
 * @param argv words behind `orch plan`
 * @param planFile where the plan is
 */
export function runLine(argv: readonly string[], planFile: string): string {
  const words = argv.filter((word, at) => {
    if (word === '--json' || OF_THE_PLAN.includes(word)) return false
    return !OF_THE_PLAN.some((flag) => word.startsWith(`${flag}=`)) && !OF_THE_PLAN.includes(argv[at - 1] ?? '')
  })
  return ['orch run', ...[...words, '--plan-file', planFile].map(shellWord)].join(' ')
}
