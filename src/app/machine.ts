/** A part of the composition root: the doors to the machine that every feature may use. */
import {DiskAwareRunner} from '../adapters/disk-aware-runner.js'
import {LocalFiles} from '../adapters/local-files.js'
import {LocalHost} from '../adapters/local-host.js'
import {openFileLogger} from '../adapters/logger.js'
import {ExecaRunner} from '../adapters/process-runner.js'
import {RandomIds} from '../adapters/random-ids.js'
import {AjvValidator} from '../adapters/schema-validator.js'
import {SystemClock} from '../adapters/system-clock.js'
import type {Place} from './place.js'

export type Machine = ReturnType<typeof openMachine>['machine']

/** Opens the log and makes the doors. @returns `log` beside them: its file is kept, and it is closed last */
export function openMachine({paths, lock}: Pick<Place, 'paths' | 'lock'>) {
  const {logger, ...log} = openFileLogger(paths.log)
  for (const note of lock.notes) logger.warn(note)
  const host = new LocalHost(new ExecaRunner())
  const machine = {
    clock: new SystemClock(),
    ids: new RandomIds(),
    logger,
    files: new LocalFiles(),
    host,
    processes: new DiskAwareRunner(new ExecaRunner(), host),
    schemas: new AjvValidator(),
  }
  return {machine, log}
}
