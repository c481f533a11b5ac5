import {visibleWhole} from '@orch/plugin-kit'
import {plural} from '../domain/plural.js'
import type {Need} from '../domain/need.js'
import {describeStorageWait} from '../domain/storage.js'
import {remedyFor, type UnreadableProject} from '../services/recovery/unreadable-projects.js'
import type {AgentStatus, ListedProject, ProjectStatus, Status} from '../services/status/status.js'
import {costText, usageText} from './cost-view.js'
import {baselineLines, leftBehindLines, unmergedLines} from './outcome-view.js'
import {columnsOf, widthOf, wrap} from './fit.js'
import {duration, localTime, oneLine, paint, table} from './format.js'

/** The status as a person reads it: what needs them first, a line for each finished project last. @param columns of the terminal */
export function statusLines(
  {supervisor, needsYou, projects, unreadable, finishedCount}: Status,
  now: number,
  columns = columnsOf(process.stdout),
): string[] {
  // A project that was asked for by name is shown whole.
  const shown = finishedCount === null ? projects : projects.filter(({finishedAt}) => finishedAt === null)
  return [
    ...(supervisor.running
      ? []
      : [paint('yellow', '! No supervisor runs: this is the last known state. Any command that needs it starts it.'), '']),
    ...needLines(needsYou, projects, now, columns),
    ...unreadable.flatMap((project) => [...unreadableLines(project), '']),
    ...(projects.length === 0 && unreadable.length === 0 && !finishedCount ? ['There is no project. Start one: orch run SPEC'] : []),
    ...shown.flatMap((project) => [...projectLines(project, now, columns), ...storageLines(project), '']),
    ...(finishedCount
      ? finishedLines(
          projects.filter(({finishedAt}) => finishedAt !== null),
          finishedCount,
          now,
          columns,
        )
      : []),
  ]
}

/** Everything that waits for a person under its title; nothing when nothing does. */
export function needLines(needs: readonly Need[], projects: readonly ProjectStatus[], now: number, columns: number): string[] {
  if (needs.length === 0) return []
  return [paint(['bold', 'yellow'], 'Needs you'), ...needs.flatMap((need) => fittedNeed(need, projects, now, columns)), '']
}

/** On one line if there is room; else the commands below, none of them broken. */
function fittedNeed(need: Need, projects: readonly ProjectStatus[], now: number, columns: number): string[] {
  const whole = `  ${needLine(need, projects, now)}`
  if (widthOf(whole) <= columns) return [whole]
  const commands = commandsOf(need)
  const joined = commands.join(' | ')
  return [
    ...wrap(`  ${needLine({...need, commands: []}, projects, now)}`, columns, 4),
    ...(widthOf(joined) + 6 <= columns ? [joined] : commands).map((command) => `    → ${command}`),
  ]
}

/** Columns below which the line of a finished project omits its duration. */
const NARROW = 60

function finishedLines(finished: readonly ProjectStatus[], count: number, now: number, columns: number): string[] {
  const more = count - finished.length
  return [
    paint('bold', 'Finished'),
    ...table(
      finished.map(({id, name, state, startedAt, finishedAt, reason, integrationBranch, unmerged, leftBehind}) => [
        `  ${oneLine(name, 40)}`,
        id,
        stateText(state),
        ...(columns < NARROW ? [] : [startedAt === null ? '' : `took ${duration(finishedAt! - startedAt)}`]),
        `${duration(now - finishedAt!)} ago`,
        [
          state === 'completed' ? integrationBranch : oneLine(reason ?? '', 80),
          ...unmergedLines(unmerged),
          ...leftBehindLines(leftBehind),
        ].join('  '),
      ]),
      columns,
    ),
    ...(more > 0 ? [`  and ${more} more: orch status --all`] : []),
    '',
  ]
}

/** What a person is asked, and the commands to run next. */
export function needLine(need: Need, projects: readonly ProjectStatus[], now: number): string {
  const commands = commandsOf(need)
  const next = commands.length > 0 ? ` → ${commands.join(' | ')}` : ''
  return `${whose(need, projects)}  ${oneLine(need.what, 240)}${next}  (${duration(now - need.since)})`
}

/** Commands that the text itself does not name. */
function commandsOf({commands, what}: Need): string[] {
  return commands.filter((command) => !what.includes(command)).map((command) => oneLine(command))
}

/** As a person would name it to a command. */
function whose({project: id, agent}: Need, projects: readonly ProjectStatus[]): string {
  if (id === null) return 'orch'
  const project = projects.find((candidate) => candidate.id === id)
  const role = project?.agents.find((candidate) => candidate.id === agent)?.role
  return role === undefined ? oneLine(project?.name ?? id) : `${id}:${role}`
}

export function projectLines(project: ProjectStatus, now: number, columns: number): string[] {
  const {id, name, state, reason, path, startedBy, children, integrationBranch} = project
  return [
    `${paint('bold', oneLine(name))}  ${id}  ${stateText(state)}${reason ? `: ${oneLine(reason, 200)}` : ''}`,
    `  ${path} → ${integrationBranch}`,
    ...(startedBy ? [`  started by ${startedBy.role} of ${startedBy.project}`] : []),
    ...children.map(({id: child, role}) => `  ${role} started ${child}`),
    ...boundLines(project, now),
    ...baselineLines(project.baseline).map((line) => `  ${line}`),
    ...project.flags.map(({what}) => `  ${paint('yellow', '!')} To look at: ${oneLine(what, 240)}`),
    ...project.leftOut.map(({command, reason: why}) => `  ${paint('yellow', '!')} Not run: ${visibleWhole(command)}: ${oneLine(why, 160)}`),
    ...[...unmergedLines(project.unmerged), ...leftBehindLines(project.leftBehind)].map((line) => `  ${line}`),
    ...table(
      project.agents.map((agent) => agentCells(agent, now, project.reports)),
      columns,
    ),
  ]
}

/** What is known of a project whose record cannot be read, and what to do. */
function unreadableLines(project: UnreadableProject): string[] {
  const {id, name, folder, copies, worktrees, agents} = project
  const list = (title: string, items: readonly string[]) =>
    items.length > 0 ? [`  ${title}: ${items.map((item) => oneLine(item)).join(', ')}`] : []
  return [
    `${paint('bold', oneLine(name ?? id))}  ${id}  ${stateText('unreadable')}`,
    ...list('record', copies),
    ...list('folder', [folder]),
    ...list('worktrees', worktrees),
    ...list(
      'processes of its agents',
      agents.map(({role, pid}) => `${role} (pid ${pid})`),
    ),
    `  ${remedyFor(project)}`,
  ]
}

function storageLines({storage}: ListedProject): string[] {
  return storage ? [`  ${paint('yellow', oneLine(describeStorageWait(storage), 240))}`] : []
}

function boundLines(project: ProjectStatus, now: number): string[] {
  const {deadlineAt, finishedAt} = project
  const cost = costText(project)
  const bounds = [
    ...(deadlineAt !== null && finishedAt === null ? [`ends at ${localTime(deadlineAt, now)}`] : []),
    ...(cost === null ? [] : [cost]),
  ]
  return bounds.length > 0 ? [`  ${bounds.join(' · ')}`] : []
}

/** role, state, what it rests on, since when, what it waits for. */
export function agentCells(agent: AgentStatus, now: number, reports: ProjectStatus['reports'] = []): string[] {
  const {role, state, evidence, exitCode, waitingFor, claim, unread, mcp, beside, wakes, denials} = agent
  const report = reports.find((each) => each.role === role)
  const without = mcp.filter(({verdict}) => verdict === 'failed').map(({server}) => server)
  const notes = [
    exitCode === null ? '' : `exit ${exitCode}`,
    waitingFor ? `waits for ${whatIsAwaited(waitingFor)}${holderText(waitingFor.holder)}${endOfWait(agent, now)}` : '',
    claim ? `claim ${claim}` : '',
    beside.length > 0 ? `beside its turns ${oneLine(beside.join(', '), 60)}` : '',
    wakes.length > 0 ? `wakes itself ${oneLine(wakes.join(', '), 60)}` : '',
    denials ? `denied ${plural(denials.count, 'tool')}, last ${oneLine(denials.last, 60)}` : '',
    report ? `reports ${oneLine(report.topic, 40)}: ${oneLine(report.status, 80)}` : '',
    unread > 0 ? `${unread} unread` : '',
    usageText(agent),
    without.length > 0 ? `without MCP ${oneLine(without.join(', '))}` : '',
  ].filter(Boolean)
  return [`  ${role}`, stateText(state), `${evidence.source}: ${oneLine(evidence.what, 50)}`, duration(now - evidence.at), notes.join(', ')]
}

/** MCP servers are named: one that does not answer is to be seen before its time is up. */
function whatIsAwaited({what, servers = []}: NonNullable<AgentStatus['waitingFor']>): string {
  return what === 'mcp' ? `the MCP servers ${oneLine(servers.join(', '))}` : what
}

/** A limit has two ends: its reset, and when the agent is woken, which is later. */
function endOfWait({waitingFor, wokenAt}: AgentStatus, now: number): string {
  const until = waitingFor?.until ? ` until ${localTime(waitingFor.until, now)}` : ''
  return wokenAt === null || wokenAt === waitingFor?.until ? until : `${until}, is woken at ${localTime(wokenAt, now)}`
}

function holderText(holder: NonNullable<AgentStatus['waitingFor']>['holder']): string {
  if (!holder) return ''
  return ` held by ${oneLine(holder.command ?? 'a process of another user', 40)}${holder.pid === null ? '' : ` (pid ${holder.pid})`}`
}

const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'red' | 'dim'>> = {
  completed: 'green',
  working: 'green',
  blocked: 'red',
  failed: 'red',
  unreadable: 'red',
  lost: 'red',
  'needs-input': 'yellow',
  limited: 'yellow',
  stuck: 'yellow',
  unknown: 'yellow',
  stopped: 'dim',
}

function stateText(state: string): string {
  const colour = COLOURS[state]
  return colour ? paint(colour, state) : state
}
