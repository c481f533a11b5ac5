import {OrchError, type Caller} from '@orch/plugin-kit'
import {isFinished} from '../../domain/project-states.js'
import {findAgent} from '../../domain/project.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import type {CheckIns} from '../../services/check-ins/check-ins.js'
import {call, params, type OwnMethods} from '../method.js'
import {meantBy, projectOf, TEXT} from './caller.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface CheckInMethodsOptions {
  readonly rollCall: ProjectFinder
  readonly checkIns: CheckIns
}

interface AddParams {
  readonly id: string
  readonly project?: string
  readonly role?: string
  readonly note: string
  readonly everyMs?: number
  readonly inMs?: number
}

const TIME = {type: 'integer', minimum: 1_000, maximum: 30 * 24 * 3_600_000}

/** Scheduled questions: an agent has its own, a person anybody's. */
export function checkInMethods({rollCall, checkIns}: CheckInMethodsOptions): OwnMethods {
  const agentOf = (project: Project, caller: Caller, role: string | undefined): Agent => {
    if (caller.agent) {
      const own = findAgent(project, caller.agent.agent)!
      if (role === undefined || rollCall.agent(project, role).id === own.id) return own
      throw new OrchError('ORCH_REFUSED', {
        what: 'The check-in',
        why: 'an agent has its own only',
        remedy: 'Send a message instead: orch send',
      })
    }
    if (role !== undefined) return rollCall.agent(project, role)
    throw new OrchError('ORCH_USAGE', {what: 'For whom?', hint: 'Name a role: orch checkin add --role developer --in 10m --note "…"'})
  }

  return {
    'checkin.add': call(
      params({id: {type: 'string', pattern: '^s_[0-9a-z]{6,40}$'}, project: TEXT, role: TEXT, note: TEXT, everyMs: TIME, inMs: TIME}, [
        'id',
        'note',
      ]),
      async ({id, project: name, role, note, everyMs, inMs}: AddParams, {caller}) => {
        const project = await projectOf(rollCall, caller, name)
        const {id: agent} = agentOf(project, caller, role)
        const by = caller.agent?.agent ?? 'person'
        return checkIns.add(project.id, {id, agent, by, note, everyMs: everyMs ?? null, inMs: inMs ?? null})
      },
    ),
    'checkin.list': call(params({project: TEXT}), async ({project: name}: {project?: string}, {caller}) => {
      const project = await projectOf(rollCall, caller, name)
      if (isFinished(project.state)) return []
      return project.checkIns
        .filter(({agent}) => !caller.agent || agent === caller.agent.agent)
        .map(({seen: _seen, ...checkIn}) => ({...checkIn, role: findAgent(project, checkIn.agent)?.role ?? checkIn.agent}))
    }),
    'checkin.remove': call(
      params({id: TEXT, project: TEXT}, ['id']),
      async ({id, project: name}: {id: string; project?: string}, {caller}) => {
        const project = await projectOf(rollCall, caller, name)
        const own = project.checkIns.filter(({agent}) => !caller.agent || agent === caller.agent.agent)
        const matches = meantBy(id, own, (checkIn) => checkIn.id)
        if (matches.length > 1) throw new OrchError('ORCH_AMBIGUOUS', {what: 'check-in', name: id, matches: matches.map((each) => each.id)})
        if (matches.length === 0)
          throw new OrchError('ORCH_NOT_FOUND', {
            what: 'check-in',
            name: id,
            known: own.filter(({by}) => by !== 'orch').map((known) => known.id),
          })
        const [checkIn] = matches
        if (checkIn!.by === 'orch')
          throw new OrchError('ORCH_REFUSED', {
            what: 'Taking it out',
            why: 'every agent at work has one of orch',
            remedy: 'It costs nothing while the agent works: it is skipped then.',
          })
        await checkIns.remove(project.id, checkIn!)
        return {removed: checkIn!.id}
      },
    ),
  }
}
