import type {Clock, Ids, Logger, Terminal} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import type {Host} from '../../domain/ports/host.js'
import type {Store} from '../../domain/ports/store.js'
import type {AgentEvents} from '../agents/agent-events.js'
import type {Briefings} from '../briefing/write.js'
import type {Recorder} from '../record/recorder.js'
import type {Restarts} from '../agents/restarts.js'
import type {ScreenSchedule} from '../screens/screen-watch.js'
import {ContextCare} from '../briefing/context-care.js'
import {HealthWatch} from './health-watch.js'
import {Escalation} from './escalation.js'
import {SignsOfLife} from './signs-of-life.js'
import {ProcessUsage} from './process-usage.js'

interface HealthOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly terminal: Terminal
  readonly screens: Pick<ScreenSchedule, 'look'>
  readonly watch: Pick<AgentEvents, 'readTranscripts'>
  readonly briefings: Pick<Briefings, 'write'>
  readonly restarts: Restarts
  readonly host: Host
  readonly files: Files
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
}

/** What looks after the health of agents, put together. */
export function createHealth(options: HealthOptions): {
  health: HealthWatch
  pulses: SignsOfLife
  vitals: ProcessUsage
  context: ContextCare
} {
  const vitals = new ProcessUsage(options)
  const pulses = new SignsOfLife({...options, vitals})
  const context = new ContextCare(options)
  const ladder = new Escalation(options)
  return {health: new HealthWatch({...options, vitals, pulses, ladder, context}), pulses, vitals, context}
}
