/** A part of the composition root: what plugins do periodically, and what they are told of needs. */
import {join} from 'node:path'
import {AnnouncedNeedsFile} from '../adapters/announced-needs.js'
import {needsYou} from '../services/status/needs-you.js'
import type {PeriodicJob} from '../services/supervisor/schedule.js'
import {NeedsAnnouncer} from '../services/watchers/needs-announcer.js'
import {Watchers} from '../services/watchers/watchers.js'
import type {Agents} from './agents.js'
import type {Place} from './place.js'
import type {LoadedPlugins} from './plugins.js'
import type {Projects} from './projects.js'
import type {Base} from './record.js'
import type {Recovery} from './recovery.js'

interface WatcherParts extends Base, Pick<Place, 'paths'> {
  readonly loaded: LoadedPlugins
  readonly agents: Agents
  readonly recovery: Recovery
  readonly projects: Projects
}

/** Milliseconds between two looks for needs that plugins are not told of yet. */
const NEEDS_MS = 1_000

export function composeWatchers({paths, machine, services, records, loaded, agents, recovery, projects}: WatcherParts): PeriodicJob[] {
  const {leftOut, hooks, platform, isOwn, declared, registrations} = loaded
  const {store} = records
  const watchers = new Watchers({
    ...{...machine, ...records, ...agents, ...projects, guard: hooks},
    watchers: registrations.flatMap(({plugin, value}) => (value.watchers ?? []).map((watcher) => ({plugin, watcher}))),
    viewOf: (project) => platform.projects.viewOf(project),
    isLeftOut: (plugin) => !isOwn(plugin) && leftOut.has(plugin),
    onFailure: (plugin, why, part) => leftOut.fails(plugin, why, part),
    onSuccess: (plugin, part) => leftOut.works(plugin, part),
  })
  const announcer = new NeedsAnnouncer({
    ...services,
    needs: () =>
      needsYou(store.projects(), machine.clock.now(), {damaged: store.damaged(), leftOut: leftOut.list(), storage: recovery.storage.all()}),
    isHeard: [...declared.values()].some((events) => events.includes('needsChanged')),
    announced: new AnnouncedNeedsFile(join(paths.state, 'announced-needs.json'), machine),
  })
  return [...watchers.jobs(), {name: 'needs that plugins are told of', everyMs: NEEDS_MS, run: () => announcer.tick()}]
}
