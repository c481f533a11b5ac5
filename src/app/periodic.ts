/** A part of the composition root: what recurs, orch's own work and that of plugins. */
import {messageOf} from '@orch/plugin-kit'
import {Heap} from '../adapters/heap.js'
import type {HookReports} from '../services/agents/hook-reports.js'
import {MissedWork} from '../services/supervisor/missed-work.js'
import {OpenMail} from '../services/supervisor/open-mail.js'
import {periodicWork} from '../services/supervisor/periodic-work.js'
import {Schedule} from '../services/supervisor/schedule.js'
import type {Agents} from './agents.js'
import type {Health} from './health.js'
import type {Launch} from './launch.js'
import type {Messages} from './messages.js'
import type {Place} from './place.js'
import type {Configured, LoadedPlugins} from './plugins.js'
import type {Projects} from './projects.js'
import type {Base} from './record.js'
import type {Recovery} from './recovery.js'
import type {Repositories} from './repositories.js'
import type {ScreenWatching} from './screens.js'
import {composeWatchers} from './watchers.js'

interface PeriodicParts extends Base, Pick<Place, 'paths'> {
  readonly loaded: LoadedPlugins
  readonly configured: Configured
  readonly agents: Agents
  readonly repositories: Repositories
  readonly launch: Launch
  readonly screens: ScreenWatching
  readonly health: Health
  readonly recovery: Recovery
  readonly projects: Projects
  readonly messages: Messages
  readonly reports: HookReports
}

/** @returns `jobs` that the supervisor adds to the schedule when it drives its projects */
export function composePeriodic(parts: PeriodicParts) {
  const {machine, records, loaded, configured, agents, messages, reports} = parts
  const {store} = records
  const base = {...machine, store, ...agents, ...parts.repositories, ...parts.launch, ...parts.screens, ...parts.health, ...parts.projects}
  const missed = new MissedWork({store, ...parts.recovery})
  const schedule = new Schedule({
    ...machine,
    leaveCrumb: (plugin, what, work) => loaded.hooks.watch(plugin, what, work),
    onFailure: ({name, plugin}, error) =>
      plugin === undefined ? missed.note() : loaded.leftOut.fails(plugin, `failed in ${name}: ${messageOf(error)}`),
  })
  const mail = new OpenMail({...base, ...messages, begin: (name, work) => void schedule.guard({name}, work)})
  const jobs = periodicWork({
    ...{...base, ...parts.recovery, ...messages.recurring, missed, reports, mail, heap: new Heap()},
    healthMs: configured.config.health.lookSeconds * 1000,
  })
  return {schedule, jobs: [...jobs, ...composeWatchers(parts)]}
}
