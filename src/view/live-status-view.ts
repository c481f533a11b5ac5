import type {LiveStatus} from '../services/status/live-check.js'
import {localTime, oneLine, table} from './format.js'

/** Role, record, fact, branch, worktree: what `orch resume --status-only` shows. */
export function liveStatusLines({id, state, reason, agents}: LiveStatus, now: number): string[] {
  return [
    `${id}  ${state}${reason ? `: ${oneLine(reason, 200)}` : ''}`,
    ...table(
      agents.map((agent) => [
        `  ${agent.role}`,
        agent.state,
        agent.alive ? 'alive' : 'no process',
        limitText(agent, now),
        agent.branch,
        agent.worktreeThere ? agent.worktree : `${agent.worktree} (gone)`,
      ]),
    ),
  ]
}

function limitText({limitedUntil, wokenAt}: LiveStatus['agents'][number], now: number): string {
  const until = limitedUntil === null ? '' : `limited until ${localTime(limitedUntil, now)}`
  return wokenAt === null || wokenAt === limitedUntil ? until : `${until || 'limited'}, is woken at ${localTime(wokenAt, now)}`
}
