/** A part of the composition root: what looks after agents that work. */
import {Limits} from '../services/credits/usage-limits.js'
import {createHealth} from '../services/health/index.js'
import {SuspendDetector} from '../services/recovery/suspend-detector.js'
import type {Agents} from './agents.js'
import type {Briefing} from './briefing.js'
import type {Base} from './record.js'
import type {ScreenWatching} from './screens.js'

interface HealthParts extends Base {
  readonly agents: Agents
  readonly briefing: Briefing
  readonly screens: ScreenWatching
}

export type Health = ReturnType<typeof composeHealth>

export function composeHealth({machine, services, records, agents, briefing, screens}: HealthParts) {
  const base = {...machine, ...services, ...records, ...agents}
  const {pulses, ...health} = createHealth({...base, ...briefing, ...screens})
  return {...health, gaps: new SuspendDetector({...base, pulses}), limits: new Limits(base)}
}
