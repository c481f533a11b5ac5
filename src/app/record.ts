/** A part of the composition root: what is kept of projects, and how changes of it are told. */
import {FileEventLog} from '../adapters/event-log.js'
import {MessageArchive} from '../adapters/message-archive.js'
import {ProjectStore} from '../adapters/project-store.js'
import {removeTempFiles} from '../adapters/remove-temp-files.js'
import {upgradeStateDirectory} from '../adapters/state-directory.js'
import {ChangeFeed} from '../services/record/change-feed.js'
import {Recorder} from '../services/record/recorder.js'
import {ProjectFinder} from '../services/status/find-project.js'
import type {Machine} from './machine.js'
import type {Place} from './place.js'
import type {Services} from './plugins.js'

export type Records = Awaited<ReturnType<typeof openRecords>>

/** What every feature is built on. */
export interface Base {
  readonly machine: Machine
  readonly services: Services
  readonly records: Records
}

/** Opens the store of a state directory. @throws ORCH_STATE */
export async function openRecords({paths, claimed, machine, services}: Pick<Place, 'paths' | 'claimed'> & Omit<Base, 'records'>) {
  const {clock, logger} = machine
  await upgradeStateDirectory(paths.data, claimed)
  const store = await ProjectStore.open({...machine, folder: paths.state})
  const left = await removeTempFiles(paths, store.projects())
  if (left.length > 0) logger.info('a supervisor was killed while it wrote: its drafts are removed', {left})
  const log = new FileEventLog(paths.projects)
  const feed = new ChangeFeed({store, clock})
  const archive = new MessageArchive(paths.projects)
  const recorder = new Recorder({...machine, ...services, store, log, feed, archive})
  return {store, log, feed, archive, recorder, rollCall: new ProjectFinder(store)}
}
