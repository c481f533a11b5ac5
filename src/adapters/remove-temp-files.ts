import {readdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {keptDraftOf, writerOfDraft} from './durable-file.js'
import type {StatePaths} from './paths.js'
import type {Project} from '../domain/model/project.js'

/**
 * Removes what supervisors left that were killed while they replaced a file, and hooks while they wrote a report. Only for the holder of the lock: nobody else writes there then but a
 * supervisor that is about to find the lock taken, and drafts of processes that run are left alone.
 * @param projects the unfinished ones; in the folders of others nothing is written
 * @returns the files that were removed
 */
export async function removeTempFiles({data, state, plans, bin, spool}: StatePaths, projects: readonly Project[]): Promise<string[]> {
  const records = [join(state, 'projects'), join(state, 'finished')]
  const ofProjects = projects.flatMap(({directory, agents}) => [
    directory,
    join(directory, 'mail'),
    ...agents.map((agent) => agent.directory),
  ])
  const drafts = await Promise.all([data, plans, bin, ...ofProjects].map((folder) => filesIn(folder, isLeft)))
  const ofRecords = await Promise.all(
    records.map((folder) => filesIn(folder, (name) => isLeft(name) || name.endsWith(keptDraftOf('.previous')))),
  )
  const ofHooks = await filesIn(spool, isLeftByHook)
  const left = [...drafts, ...ofRecords, ...ofHooks].flat()
  // What cannot be removed is no reason not to start.
  await Promise.allSettled(left.map((path) => rm(path, {force: true})))
  return left
}

async function filesIn(folder: string, wanted: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(folder, {withFileTypes: true}).catch(() => [])
  return entries.filter((entry) => entry.isFile() && wanted(entry.name)).map(({name}) => join(folder, name))
}

/** In a container each supervisor may have the same pid: what bears our own is of one before. */
function isLeft(name: string): boolean {
  const pid = writerOfDraft(name)
  return pid !== null && (pid === process.pid || !runs(pid))
}

/** As bin/hook.sh names what it writes, before the report is whole. */
function isLeftByHook(name: string): boolean {
  const pid = /^(\d{1,9})\.\d+\.tmp$/.exec(name)?.[1]
  return pid !== undefined && !runs(Number(pid))
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
