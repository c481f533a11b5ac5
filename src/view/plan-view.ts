import {visibleWhole, type ChildProjects, type Plan} from '@orch/plugin-kit'
import {plural} from '../domain/plural.js'
import type {PlannedRun} from '../services/planning/run-request.js'
import {columnsOf, fitted} from './fit.js'
import {oneLine, paint, table} from './format.js'

const MANY_TASKS = 12
const MANY_PHASES = 15
const MANY_CRITERIA = 10
/** Nothing that a person agrees to is cut. */
const WHOLE = Infinity

/** The plan as a person reads it before approving: overview, phases, team, criteria, git, what will be run, warnings. @param columns of the terminal @param whole with every phase, task and criterion */
export function planLines(
  {plan, repository, agent, usesModel, plannerUsd, merge, unverified, needTrust, trusted, programs, warnings}: PlannedRun,
  columns = columnsOf(process.stdout),
  whole = false,
): string[] {
  const {outline} = plan
  const lines = [
    heading(oneLine(outline.title, 120)),
    ...(outline.summary ? [`  ${oneLine(outline.summary, 300)}`] : []),
    '',
    ...table(
      [
        ['  Repository', `${repository.root} (${repository.branch}${repository.unborn ? ', no commit yet' : ''})`],
        ['  Type', oneLine([outline.type, ...outline.technologies].join(', '), 200)],
        ['  Size', sizeText(plan)],
        ['  Planned by', plan.planner],
        [
          '  Agents',
          `${plan.team.roles.length} × ${agent ?? '(no agent is installed and logged in; for a trial: --agent rehearsal)'} (template ${plan.team.template}, at most ${plan.team.cap})`,
        ],
        ['  Cost', costText(usesModel, plannerUsd)],
        ['  Merge', mergeText(merge, repository.branch, unverified)],
      ],
      columns,
    ),
    '',
    heading(`Phases${hoursText(plan.totalHours)}`),
    ...phaseLines(plan, whole),
    '',
    heading(plan.team.sizing === undefined ? 'Team' : `Team (${oneLine(plan.team.sizing, 120)})`),
    ...table(
      plan.team.roles.map(({key, owes, tasks, purpose}) => [
        `  ${key}`,
        owes === 'nothing' ? '' : `owes ${owes}`,
        tasks.length > 0 ? plural(tasks.length, 'task') : '',
        oneLine(purpose, 160),
      ]),
      columns,
    ),
    ...plan.team.roles
      .filter(({grants}) => grants !== undefined)
      .map(
        ({key, grants, childProjects}) => `  ${key} may: ${grants!.join(', ')}${childProjects ? ` (${childrenText(childProjects)})` : ''}`,
      ),
    ...(plan.team.cut.length > 0 ? [`  left out by the cap: ${plan.team.cut.join(', ')}`] : []),
    ...listed(
      'Criteria',
      outline.criteria.map((criterion) => oneLine(criterion, 140)),
      whole ? WHOLE : MANY_CRITERIA,
    ),
    ...listed(
      'Commands orch will run itself',
      [...plan.acceptance, ...plan.setup].map(
        (command) => `${visibleWhole(command.command)}  (${command.origin}${needTrust.includes(command) ? ', needs --trust-project' : ''})`,
      ),
      WHOLE,
    ),
    ...listed(
      `Programs in the repository's git configuration (${trusted ? 'git runs them' : 'switched off without --trust-project'})`,
      programs.map(({key, value}) => visibleWhole(`${key} = ${value}`)),
      WHOLE,
    ),
    ...(warnings.length > 0 ? ['', ...warnings.map((warning) => `${paint('yellow', '!')} ${oneLine(warning, 1000)}`)] : []),
  ]
  return fitted(lines, columns)
}

function sizeText({outline: {size, phases}}: Plan): string {
  const tasks = phases.reduce((sum, phase) => sum + phase.tasks.length, 0)
  const lines = size.estimatedLines > 0 ? [`about ${size.estimatedLines} lines`] : []
  return [size.size, plural(tasks, 'task'), ...lines, `complexity ${size.complexity}`].join(', ')
}

function costText(usesModel: boolean, plannerUsd: number | null): string {
  const planning = plannerUsd === null ? 'planning: not known' : `planning: $${plannerUsd.toFixed(2)}`
  return usesModel
    ? `${planning}; work: each agent uses tokens like a session of its own (--budget-usd sets a limit)`
    : `${planning}; work: none, these agents use no model`
}

function hoursText(hours: number): string {
  return hours > 0 ? ` (${hours} h)` : ''
}

function mergeText(merge: PlannedRun['merge'], branch: string, unverified: boolean): string {
  if (merge === 'none') return 'nothing is merged'
  if (merge === 'integration') return 'verified work goes to an integration branch'
  return unverified
    ? `work goes to ${branch} by fast-forward, verified or not (--unverified)`
    : `verified work goes to ${branch} by fast-forward`
}

function childrenText({most, budgetPercent}: ChildProjects): string {
  return `${plural(most, 'project')}, each with ${budgetPercent} % of the budget that is left`
}

function phaseLines({outline: {phases}}: Plan, whole: boolean): string[] {
  const [manyPhases, manyTasks] = whole ? [WHOLE, WHOLE] : [MANY_PHASES, MANY_TASKS]
  const shown = phases
    .slice(0, manyPhases)
    .flatMap(({name, hours, tasks}) => [
      `  ${oneLine(name, 100)}${hoursText(hours)}`,
      ...tasks.slice(0, manyTasks).map(({title, done}) => `    ${done ? '[x]' : '[ ]'} ${oneLine(title, 110)}`),
      ...(tasks.length > manyTasks ? [`    … ${tasks.length - manyTasks} more`] : []),
    ])
  return phases.length > manyPhases ? [...shown, `  … ${plural(phases.length - manyPhases, 'more phase')}`] : shown
}

function listed(title: string, items: readonly string[], most: number): string[] {
  if (items.length === 0) return []
  const more = items.length > most ? [`  … ${items.length - most} more`] : []
  return ['', heading(title), ...items.slice(0, most).map((item) => `  - ${item}`), ...more]
}

function heading(text: string): string {
  return paint('bold', text)
}
