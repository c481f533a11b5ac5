import {OrchError, isOrchError} from '@orch/plugin-kit'
import type {PlannedRun, RunRequest} from '../services/planning/run-request.js'
import type {Answer, Choices} from './approve.js'
import {planLines} from './plan-view.js'

export interface ConsentRequest {
  /** `--yes`; null: a person is asked. */
  readonly approved: 'flag' | null
  /** Asks the person; null when there is none to ask. */
  readonly ask: ((question: string, choices: Choices) => Promise<Answer>) | null
  /** Lets the person change a file. */
  readonly edit: (file: string) => void
  /** Reads a plan again from its file. */
  readonly read: (request: RunRequest, planFile: string) => Promise<PlannedRun>
  readonly tell: (line: string) => void
}

export interface Consent {
  readonly by: 'person' | 'flag'
  readonly trust: boolean
  /** As approved: a plan may have been edited at the question. */
  readonly plans: ReadonlyMap<RunRequest, PlannedRun>
}

export interface Refusal {
  readonly refused: 'no' | 'interrupted'
  readonly planFiles: readonly string[]
}

/** One question for all plans, asked again after each look and each change. @throws ORCH_PLAN_NOT_APPROVED without a terminal */
export async function askConsent(given: ReadonlyMap<RunRequest, PlannedRun>, request: ConsentRequest): Promise<Consent | Refusal> {
  if (request.approved === 'flag' || given.size === 0) return {by: 'flag', trust: false, plans: given}
  const planFiles = [...given.values()].map(({planFile}) => planFile)
  const [planFile = '', ...others] = planFiles
  if (!request.ask) throw new OrchError('ORCH_PLAN_NOT_APPROVED', {planFile, ...(others.length > 0 ? {others} : {})})
  const question = given.size > 1 ? `Start these ${given.size} teams?` : 'Start this team?'
  for (let plans = given; ;) {
    const planned = [...plans.values()]
    const answer = await request.ask(question, {trust: planned.some(({trusted}) => !trusted), edit: plans.size === 1})
    if (answer === 'no' || answer === 'interrupted') return {refused: answer, planFiles}
    if (answer === 'yes' || answer === 'trust') return {by: 'person', trust: answer === 'trust', plans}
    if (answer === 'edit') plans = await edited(plans, request)
    else for (const plan of planned) request.tell(`\n${planLines(plan, undefined, true).join('\n')}\n\nThe plan file: ${plan.planFile}\n`)
  }
}

/** Prints why an edited file is not a plan, and keeps the plan as last approved: a start would refuse the file. */
async function edited(plans: ReadonlyMap<RunRequest, PlannedRun>, {edit, read, tell}: ConsentRequest): Promise<typeof plans> {
  const [[run, {planFile}]] = [...plans] as [[RunRequest, PlannedRun]]
  try {
    edit(planFile)
    const planned = await read(run, planFile)
    tell(`\n${planLines(planned).join('\n')}\n`)
    return new Map([[run, planned]])
  } catch (error) {
    if (!isOrchError(error)) throw error
    tell(`${error.message}\n  ${error.remedy}`)
    return plans
  }
}
