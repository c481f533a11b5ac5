/** A part of the composition root: the git repositories of projects, and what others do to them. */
import {StaleLocks} from '../services/cleanup/stale-locks.js'
import {Attribution} from '../services/repository-watch/attribution.js'
import {ProgramConsent} from '../services/repository-watch/program-consent.js'
import {RepositoryWatch} from '../services/repository-watch/repository-watch.js'
import type {Base} from './record.js'

export type Repositories = Awaited<ReturnType<typeof composeRepositories>>

export async function composeRepositories({machine, services, records}: Base) {
  const base = {...machine, ...services, ...records}
  const programConsent = new ProgramConsent(base)
  await programConsent.restore()
  const repositories = new RepositoryWatch({...base, attribution: new Attribution(machine.host)})
  records.feed.subscribe(({project, events}) => {
    if (events.some(({type}) => type === 'claim')) void repositories.check(project.id)
  })
  return {programConsent, repositories, locks: new StaleLocks(base)}
}
