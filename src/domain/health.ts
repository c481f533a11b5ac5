import type {AgentState, EvidenceSource, JsonSchema, ScreenReading} from '@orch/plugin-kit'
import {BACKGROUND_WORK} from './agent.js'
import type {Thresholds, HealthSettings} from './model/health-settings.js'
import type {Project} from './model/project.js'
import type {Agent, WaitingFor} from './model/agent.js'

const positive = {type: 'number', exclusiveMinimum: 0}
const whole = {type: 'integer', minimum: 0}
const THRESHOLDS = {
  quietSeconds: {...positive, description: "Seconds without a sign of life after which an agent's screen is looked at."},
  stuckMinutes: {...positive, description: 'Minutes without a sign of life at work after which an agent counts as stuck.'},
  answerMinutes: {...positive, description: 'Minutes after which an answer, or a receipt, is overdue.'},
}

/** What holds unless a person says otherwise. */
export const HEALTH_DEFAULTS: HealthSettings = {
  lookSeconds: 5,
  quietSeconds: 60,
  stuckMinutes: 20,
  answerMinutes: 30,
  ladderMinutes: 5,
  nudgeSeconds: 90,
  ladderRestarts: 2,
  contextWarnPercent: 80,
  minFreeMemoryMb: 256,
  startStaggerMs: 0,
  roles: {},
}

const DEFAULTED: Readonly<Record<keyof HealthSettings, JsonSchema>> = {
  lookSeconds: {...positive, description: 'Seconds between two looks at the health of all agents.'},
  ...THRESHOLDS,
  ladderMinutes: {
    ...positive,
    description: 'Minutes between two steps of the ladder (nudge, re-brief, restart, person); doubled with each.',
  },
  nudgeSeconds: {...positive, description: 'Seconds after which an agent that ended its turn and owes a claim is reminded of it.'},
  ladderRestarts: {...whole, description: 'How often the ladder may start one agent again.'},
  contextWarnPercent: {...positive, maximum: 100, description: 'Percent of its context after which orch asks an agent to write its notes.'},
  minFreeMemoryMb: {...whole, description: 'Megabytes of memory that must stay free; a start that would take them waits.'},
  agentMemoryMb: {...whole, description: 'Megabytes one agent is reckoned to need; left out, what its kind says of itself, else 400.'},
  startStaggerMs: {...whole, description: 'Milliseconds between two starts of agents.'},
  roles: {
    type: 'object',
    description: 'Thresholds of single roles, by role.',
    additionalProperties: {type: 'object', additionalProperties: false, properties: THRESHOLDS},
  },
}

/** The section `health` of the configuration. */
export const HEALTH_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  default: {},
  properties: Object.fromEntries(
    Object.entries(DEFAULTED).map(([key, schema]) => [key, {...schema, default: HEALTH_DEFAULTS[key as keyof HealthSettings]}]),
  ),
}

/** The settings of a project; what its record does not have yet is the default. */
export function healthOf({options}: Pick<Project, 'options'>): HealthSettings {
  return {...HEALTH_DEFAULTS, ...options.health}
}

/** The thresholds of a role. */
export function thresholdsOf(settings: HealthSettings, role: string): Thresholds {
  return {...settings, ...settings.roles[role]}
}

/** A sign of life: when, and what it was. */
export interface Sign {
  /** Milliseconds since it. */
  readonly ageMs: number
  readonly source: EvidenceSource
  readonly what: string
  /** It came after the evidence of the agent's present state. */
  readonly isNews: boolean
}

/** What an agent is seen to do, when that differs from its record. */
export interface Finding {
  readonly state: AgentState
  readonly source: EvidenceSource
  readonly what: string
  readonly waitingFor: WaitingFor | null
}

/** Whether nothing but the screen can tell what this agent does. */
export function needsLook(agent: Agent, sign: Sign, {quietSeconds}: Thresholds): boolean {
  if (agent.state === 'unknown') return true
  if (agent.state === 'needs-input') return sign.isNews
  return (agent.state === 'working' || agent.state === 'stuck') && sign.ageMs >= quietSeconds * 1000
}

/**
 * What the evidence says of a living agent. Pure.
 * @param screen what it shows, null when it was not looked at, `unreadable` when it could not be
 * @returns null when the record already has that state, or nothing is proven
 */
export function diagnose(agent: Agent, sign: Sign, screen: ScreenReading | 'unreadable' | null, thresholds: Thresholds): Finding | null {
  const {state} = agent
  if (state !== 'working' && state !== 'stuck' && state !== 'unknown' && state !== 'needs-input') return null
  if (state === 'stuck' && sign.isNews) return {state: 'working', source: sign.source, what: sign.what, waitingFor: null}
  if (screen === null) return null
  const seen = screen === 'unreadable' ? null : onScreen(screen)
  // An open dialog matches the record; a composer or work in its place means that it was answered.
  const isSilent = state === 'working' && sign.ageMs >= thresholds.stuckMinutes * 60_000
  // A composer is what an agent shows whose background task runs on.
  if (seen?.state === 'idle' && agent.evidence.what === BACKGROUND_WORK && !isSilent) return null
  if (seen) return seen.state === state ? null : seen
  const minutes = Math.floor(sign.ageMs / 60_000)
  if (screen !== 'unreadable' && screen.what === 'busy') {
    if (isSilent) return {state: 'stuck', source: sign.source, what: `no sign of life for ${minutes} min while at work`, waitingFor: null}
    const isBack = state === 'unknown' || state === 'needs-input'
    return isBack ? {state: 'working', source: 'screen', what: 'at work', waitingFor: null} : null
  }
  if (!isSilent) return null
  const why = screen === 'unreadable' ? 'its screen cannot be read' : 'its screen shows nothing known'
  return {state: 'unknown', source: 'screen', what: `no sign of life for ${minutes} min, and ${why}`, waitingFor: null}
}

function onScreen(screen: ScreenReading): Finding | null {
  if (screen.what === 'composer') return {state: 'idle', source: 'screen', what: 'its composer waits', waitingFor: null}
  if (screen.what === 'dialog')
    return {
      state: 'needs-input',
      source: 'screen',
      what: `${screen.name}: ${screen.text}`,
      waitingFor: {what: 'dialog', until: null, holder: null},
    }
  if (screen.what === 'limit')
    return {state: 'limited', source: 'screen', what: screen.text, waitingFor: {what: 'limit', until: screen.resetsAt, holder: null}}
  return null
}
