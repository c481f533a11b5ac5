import {visibleWhole} from '@orch/plugin-kit'
import type {Backing, Coverage} from '../domain/coverage.js'
import {plural} from '../domain/plural.js'
import {hasFailed} from '../domain/merge.js'
import type {MeasuredOutcome} from '../services/status/outcome.js'
import type {ProjectStatus} from '../services/status/status.js'
import {usageText} from './cost-view.js'
import {outcomeLines} from './outcome-view.js'
import {duration, oneLine, paint, table} from './format.js'
import type {Project} from '../domain/model/project.js'
import type {CommandEvidence, Merge} from '../domain/model/merge.js'
import type {Claim} from '../domain/model/claim.js'

export interface Report extends MeasuredOutcome {
  readonly status: ProjectStatus
  readonly merges: readonly Merge[]
  readonly verification: Pick<NonNullable<Project['verification']>, 'verified' | 'evidence' | 'setUp'> | null
  readonly claims: readonly {readonly role: string; readonly claim: Claim | null; readonly rejections: number}[]
  readonly messages: number
  /** What speaks for criteria and tasks; null when the plan cannot be read. */
  readonly coverage: Coverage | null
}

/** @param now milliseconds UTC */
export function reportLines(report: Report, now: number): string[] {
  const {status, merges, verification, claims} = report
  return [
    ...outcomeLines(report),
    `${plural(status.agents.length, 'agent')}${elapsed(status, now)}, ${plural(report.messages, 'message')}. Specification: ${status.spec}`,
    '',
    paint('bold', 'Claims'),
    ...table(
      claims.map(({role, claim, rejections}) => [
        `  ${role}`,
        claim?.verdict ?? 'none',
        rejections > 0 ? `rejected ${plural(rejections, 'time')} on the way` : '',
        claim ? oneLine(claim.message, 120) : '',
      ]),
    ),
    ...claims.flatMap(({role, claim}) => (claim?.evidence ?? []).map((said) => `    evidence of ${role}: ${oneLine(said, 160)}`)),
    ...(merges.length > 0
      ? [
          '',
          paint('bold', 'Merges'),
          ...table(
            merges.map(({role, branch, state, sha, reason}) => [
              `  ${role}`,
              state,
              sha?.slice(0, 12) ?? '',
              branch,
              reason ? oneLine(reason, 120) : '',
            ]),
          ),
        ]
      : []),
    ...evidenceLines(verification),
    ...(status.reports.length > 0
      ? [
          '',
          paint('bold', 'Status reports'),
          ...table(status.reports.map(({role, topic, status: text}) => [`  ${role}`, oneLine(topic), oneLine(text, 200)])),
        ]
      : []),
    ...(report.leftOut.length > 0
      ? [
          '',
          paint('bold', 'Not run'),
          ...report.leftOut.map(({command, use, reason}) => `  ${visibleWhole(command)} (${use}): ${oneLine(reason, 200)}`),
        ]
      : []),
    ...coverageLines(report.coverage),
    '',
    paint('bold', 'Worktrees'),
    ...table(status.agents.map((agent) => [`  ${agent.role}`, agent.worktree, usageText(agent)])),
  ]
}

/** Of a project that is over the outcome says how long it took. */
function elapsed({startedAt, finishedAt}: ProjectStatus, now: number): string {
  return startedAt === null || finishedAt !== null ? '' : `, started ${duration(now - startedAt)} ago`
}

/** The last lines of a failed command's output that are shown; the JSON has more. */
const OUTPUT_LINES = 10

function evidenceLines(verification: Report['verification']): string[] {
  const {setUp, evidence = []} = verification ?? {}
  if (!setUp && evidence.length === 0) return []
  const all = [...(setUp ? [{...setUp, command: `${setUp.command} (set-up)`}] : []), ...evidence]
  return ['', paint('bold', 'Evidence'), ...all.flatMap(commandLines)]
}

function commandLines(evidence: CommandEvidence): string[] {
  const {command, exitCode, tookMs, output, changed = []} = evidence
  const end =
    changed.length > 0 ? `changed tracked files: ${changed.map((path) => oneLine(path)).join(', ')}` : `exit ${exitCode ?? 'none'}`
  const shown = hasFailed(evidence) ? output.split('\n').slice(-OUTPUT_LINES) : []
  return [`  ${visibleWhole(command)}: ${end} (${duration(tookMs)})`, ...shown.map((line) => `    ${oneLine(line, 160)}`)]
}

/** Criteria and tasks that are listed; the JSON has all. */
const MANY = 40

function coverageLines(coverage: Coverage | null): string[] {
  if (!coverage) return []
  const section = (title: string, rows: readonly string[][]) =>
    rows.length === 0
      ? []
      : [
          '',
          paint('bold', title),
          ...table(rows.slice(0, MANY)),
          ...(rows.length > MANY ? [`  … ${rows.length - MANY} more (--json)`] : []),
        ]
  return [
    ...section(
      'Criteria',
      coverage.criteria.map((one) => [`  ${tick(one)} ${oneLine(one.text, 100)}`, backingText(one)]),
    ),
    ...section(
      'Tasks',
      coverage.tasks.map((one) => [`  ${tick(one)} ${one.id} ${oneLine(one.title, 90)}`, one.roles.join(', '), backingText(one)]),
    ),
  ]
}

/** Checked by orch, said by an agent, or neither. */
function tick({by}: Backing): string {
  if (by === 'command') return paint('green', '✓')
  return by === 'claim' ? paint('yellow', '~') : '·'
}

function backingText({by, what}: Backing): string {
  if (by === 'command') return `checked by \`${oneLine(what ?? '', 60)}\``
  return by === 'claim' ? `word of ${what ?? ''}` : 'not checked'
}
