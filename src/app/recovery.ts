/** A part of the composition root: what mends records, and what a supervisor that was killed left. */
import {CommandsUnderWay} from '../services/recovery/commands-under-way.js'
import {EventLogRepair} from '../services/recovery/event-log-repair.js'
import {Fallbacks} from '../services/recovery/fallbacks.js'
import {Reconciler} from '../services/recovery/reconciler.js'
import {StorageWaits} from '../services/recovery/storage-waits.js'
import {UnreadableProjects} from '../services/recovery/unreadable-projects.js'
import type {Agents} from './agents.js'
import type {Launch} from './launch.js'
import type {Place} from './place.js'
import type {Base} from './record.js'
import type {ScreenWatching} from './screens.js'

interface RecoveryParts extends Base, Pick<Place, 'paths'> {
  readonly agents: Agents
  readonly launch: Launch
  readonly screens: ScreenWatching
}

export type Recovery = ReturnType<typeof composeRecovery>

export function composeRecovery({paths, machine, services, records, agents, launch, screens}: RecoveryParts) {
  const base = {...machine, ...services, ...records, ...agents}
  return {
    commands: new CommandsUnderWay({...base, state: paths.data}),
    logKeeper: new EventLogRepair(base),
    fallbacks: new Fallbacks(base),
    reconciler: new Reconciler({...base, ...launch, panes: screens.panes}),
    storage: new StorageWaits(base),
    unreadable: new UnreadableProjects({...base, projects: paths.projects}),
  }
}
