import type {McpVerdict, PortHolder} from '@orch/plugin-kit'
import {plural} from '../domain/plural.js'
import type {LoggedEvent} from '../domain/event.js'
import {duration, localTime, oneLine} from './format.js'

/** An event on one line; `roleOf` names its agent. @param now milliseconds UTC: what is of another day has its date */
export function eventLine({at, type, agent, data}: LoggedEvent, roleOf: (agent: string) => string, now: number): string {
  return `${localTime(at, now)}  ${type.padEnd(13)}  ${agent ? `${roleOf(agent)}: ` : ''}${describe(type, data, at, roleOf)}`
}

function describe(type: LoggedEvent['type'], data: LoggedEvent['data'], at: number, roleOf: (agent: string) => string): string {
  const text = (key: string) => oneLine(asText(data[key]), 160)
  switch (type) {
    case 'project.state':
      return `${data['from'] === null ? 'new' : text('from')} → ${text('to')}${data['reason'] ? ` (${text('reason')})` : ''}`
    case 'agent.state':
      return `${text('from')} → ${text('to')} (${oneLine(String((data['evidence'] as {what?: string} | undefined)?.what ?? ''), 80)})`
    case 'message.state':
      return `message ${text('id')} from ${text('sender')} ${text('to')}`
    case 'project.child':
      return `starts a project of its own${data['budgetUsd'] === null ? '' : ` with $${Number(data['budgetUsd']).toFixed(2)} of the budget`}`
    case 'merge.state':
      return `${text('branch')} ${text('to')}${data['reason'] ? `: ${text('reason')}` : ''}`
    case 'mcp.init':
      return (data['verdicts'] as McpVerdict[]).map(mcpText).join('; ')
    case 'claim':
      return `claims: ${text('message')}`
    case 'verdict':
      return `claim ${text('verdict')}${data['reason'] ? `: ${text('reason')}` : ''}${data['remarks'] ? `; to look at: ${oneLine((data['remarks'] as string[]).join('; '), 300)}` : ''}`
    case 'prompt':
      return `prompt from ${text('from')}: ${text('text')}`
    case 'schedule':
      return (data['times'] as string[]).length > 0
        ? `wakes itself: ${oneLine((data['times'] as string[]).join('; '), 160)}`
        : 'wakes itself no longer'
    case 'denial':
      return `was denied ${text('what')} (${plural(Number(data['count']), 'time')} in all)`
    case 'baseline':
      return `the base before any work: ${text('failed') || 'the acceptance commands pass'}`
    case 'oauth.wait':
      return describeWait(data, text)
    case 'oauth.lease':
      return `start lease on port ${text('port')} ${text('to')}`
    case 'oauth.start':
      return `starts on port ${text('port')} after ${seconds(data['waitedMs'])}${data['givenUp'] ? ` without a free port (${text('givenUp')})` : ''}`
    case 'oauth.exit':
      return `exited on port ${text('port')}`
    case 'oauth.kill':
      return `window killed on port ${text('port')}`
    case 'checkin':
      return describeCheckIn(data, text, at)
    case 'approval':
      return `request ${text('id')} to ${roleOf(text('approver'))} is ${text('to')}${data['by'] ? `, by ${roleOf(text('by'))}` : ''}`
    case 'report':
      return `reports ${text('topic')}: ${text('status')}`
    case 'deletion':
      return `${text('what')}: ${text('result')} (${text('why')})`
    case 'incident':
      return data['what'] === undefined ? text('silent') || text('failed') : `${text('step') || text('problem')}: ${text('what')}`
    case 'log.gap':
      return `${text('lost')} events between revisions ${text('from')} and ${text('to')} could not be written`
    default:
      return oneLine(JSON.stringify(data), 160)
  }
}

/** The reason where there is something to do about it; the end of a server's standard error stays in --json. */
function mcpText({server, verdict, why, tools, required}: McpVerdict): string {
  const name = `${server} ${verdict}`
  if (verdict === 'answers') return `${name} (${tools?.length ?? 0} tools)`
  if (verdict === 'configured') return name
  return oneLine(`${name}${required ? ' (required)' : ''}: ${why}`, 160)
}

function describeCheckIn(data: LoggedEvent['data'], text: (key: string) => string, at: number): string {
  const rhythm = data['everyMinutes'] ? `, every ${text('everyMinutes')} min` : ''
  const next = data['nextAt'] ? `, next in ${duration(Number(data['nextAt']) - at)}` : ''
  return `check-in ${text('what') || 'planned'}${rhythm}${next}`
}

function describeWait(data: LoggedEvent['data'], text: (key: string) => string): string {
  const holder = data['holder'] as PortHolder | null | undefined
  const by = holder
    ? `, held by ${oneLine(holder.command ?? 'a process of another user', 60)}${holder.pid === null ? '' : ` (pid ${holder.pid})`}`
    : ''
  const waited = data['waitedMs'] === undefined ? '' : `${seconds(data['waitedMs'])}: `
  return data['givenUp'] ? `WARNING: ${text('why')}${by}; starts all the same` : `waits ${waited}${text('why')}${by}`
}

function seconds(ms: unknown): string {
  return `${(Number(ms) / 1000).toFixed(1)} s`
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
