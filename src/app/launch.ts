/** A part of the composition root: how agents are started. */
import type {AgentPrograms} from '../adapters/agent-programs.js'
import {Launcher} from '../services/launch/launcher.js'
import {McpInitialisation} from '../services/launch/mcp-initialisation.js'
import {MemoryGate} from '../services/launch/memory-gate.js'
import {Readiness} from '../services/launch/readiness.js'
import {StartsUnderWay} from '../services/launch/starts-under-way.js'
import {Windows} from '../services/launch/windows.js'
import {PortGate} from '../services/oauth/port-gate.js'
import {PortHolds} from '../services/oauth/port-holds.js'
import {StartLeases} from '../services/oauth/start-leases.js'
import type {Agents} from './agents.js'
import type {Briefing} from './briefing.js'
import type {Place} from './place.js'
import type {Base} from './record.js'

interface LaunchParts extends Base, Pick<Place, 'paths'> {
  readonly programs: Pick<AgentPrograms, 'path'>
  readonly agents: Agents
  readonly briefing: Briefing
  /** Whether a person watches a project at a terminal. */
  readonly attended: (project: string) => boolean
}

export type Launch = ReturnType<typeof composeLaunch>

export function composeLaunch({paths, programs, machine, services, records, agents, briefing, attended}: LaunchParts) {
  const base = {...machine, ...services, ...records}
  const gate = new PortGate(base)
  const leases = new StartLeases({...base, gate})
  const launcher = new Launcher({
    ...base,
    ...agents,
    briefings: briefing.briefings,
    readiness: new Readiness(base),
    windows: new Windows(base),
    gate,
    leases,
    holds: new PortHolds(base),
    mcp: new McpInitialisation(base),
    context: {state: paths.data, socket: paths.socket, bin: programs.path},
    attended,
  })
  return {launcher, leases, launching: new StartsUnderWay(), startControl: new MemoryGate(base)}
}
