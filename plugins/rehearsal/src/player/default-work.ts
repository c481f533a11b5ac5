import {readFile} from 'node:fs/promises'
import type {Owes, Plan} from '@orch/plugin-kit'
import type {PlayerConfig} from '../player-config.js'
import type {Script, Step, StepKind, StepArguments} from '../script/script.js'

/** Who is told, when the team has one. */
const MANAGER = 'project-manager'
const CLAIM = 'rehearsal: notes only, no task was implemented'

/** What an agent without a script does: small honest work that can be seen through the whole way, and that says what it is. */
export async function defaultWork(config: PlayerConfig): Promise<Script> {
  const plan = await readPlan(config.plan)
  const role = plan?.team?.roles?.find(({key}) => key === config.role)
  const owes: Owes = config.owes ?? role?.owes ?? 'commits'
  const team = config.team.length > 0 ? config.team : (plan?.team?.roles ?? []).map(({key}) => key)
  const tell = team.includes(MANAGER) && config.role !== MANAGER
  const notes = `rehearsal/${config.role}/notes.md`
  const message: Step[] = tell
    ? [step('send', {to: MANAGER, text: `${config.role}: ${CLAIM}. ${what(owes, notes)}`, allowFailure: true})]
    : []
  const write: Step[] = [
    step('write', {path: notes, content: await notesOf(config, plan, role?.tasks ?? [])}),
    step('commit', {message: `rehearsal: notes of ${config.role}`, paths: [notes]}),
  ]
  const steps: Record<Owes, Step[]> = {
    commits: [...write, ...message, step('done', {message: CLAIM})],
    report: [...message, step('done', {message: CLAIM})],
    nothing: [...message, step('say', {text: `The ${config.role} owes nothing here, so there is nothing to claim.`})],
  }
  return {file: '', steps: [step('think', {text: 'Reading the briefing and the plan'}), ...steps[owes]], onRejected: null}
}

type LoosePlan = {
  readonly outline?: {readonly phases?: readonly {readonly tasks?: readonly {readonly id: string; readonly title: string}[]}[]}
  readonly team?: {readonly roles?: readonly Pick<Plan['team']['roles'][number], 'key' | 'owes' | 'tasks'>[]}
}

/** A plan that is not there, or cannot be read, is no reason to stop: the notes say so. */
async function readPlan(file: string | null): Promise<LoosePlan | null> {
  if (file === null) return null
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LoosePlan
  } catch {
    return null
  }
}

async function notesOf(config: PlayerConfig, plan: LoosePlan | null, ids: readonly string[]): Promise<string> {
  const briefing = await readFile(config.briefing, 'utf8').catch(() => null)
  const headings = briefing?.split('\n').filter((line) => /^#{1,6} /.test(line)) ?? []
  const all = plan?.outline?.phases?.flatMap(({tasks}) => tasks ?? []) ?? []
  const tasks = all.filter(({id}) => ids.includes(id))
  return [
    `# Rehearsal notes of ${config.role}`,
    '',
    'Written by the orch rehearsal agent, a scripted program with no model behind it.',
    '**No task was implemented.**',
    '',
    '## Tasks this role was given',
    '',
    ...(plan === null ? ['The plan could not be read.'] : listed(tasks.map(({id, title}) => `${id}: ${title} (not implemented)`))),
    '',
    '## Sections of the briefing',
    '',
    ...(briefing === null ? ['The briefing could not be read.'] : listed(headings.map((line) => line.replace(/^#+ /, '')))),
    '',
  ].join('\n')
}

function listed(items: readonly string[]): string[] {
  return items.length > 0 ? items.map((item) => `- ${item}`) : ['None.']
}

function what(owes: Owes, notes: string): string {
  return owes === 'commits' ? `My notes are in ${notes}.` : 'I wrote nothing.'
}

function step<K extends StepKind>(kind: K, args: StepArguments[K]): Step {
  return {kind, args, line: null} as Step
}
