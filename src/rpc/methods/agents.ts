import type {HookReport} from '@orch/plugin-kit'
import {OrchError} from '@orch/plugin-kit'
import {actorOf} from '../../domain/actor.js'
import type {AgentControl} from '../../services/control/agent-control.js'
import type {ProcessUsage} from '../../services/health/process-usage.js'
import {projectStatus} from '../../services/status/status.js'
import type {AgentEvents} from '../../services/agents/agent-events.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import {call, params, type OwnMethods} from '../method.js'
import {agentWindowMethods, type AgentWindowMethodsOptions} from './agent-windows.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface AgentMethodsOptions extends AgentWindowMethodsOptions {
  readonly watch: AgentEvents
  readonly rollCall: ProjectFinder
  readonly control: AgentControl
  readonly vitals: Pick<ProcessUsage, 'of'>
}

const text = {type: 'string'}
const REPORT = {project: text, agent: text, run: text, event: text, payload: {type: 'object'}}
const TARGET = {project: text, role: text}

export function agentMethods(options: AgentMethodsOptions): OwnMethods {
  const {watch, rollCall, control, vitals} = options
  const find = async ({project, role}: {project?: string; role: string}) => {
    const found = await rollCall.named(project)
    return {project: found, agent: rollCall.agent(found, role)}
  }

  const status = (project: Project) => projectStatus(project, (id) => vitals.of(id))
  /** The agent as it is after what was done to it. */
  const after = async ({project: {id}, agent}: {project: Project; agent: Agent}) =>
    status(await rollCall.project(id)).agents.find((each) => each.id === agent.id)

  return {
    'agent.report': call(
      params(REPORT, Object.keys(REPORT)),
      async ({project, agent, run, ...report}: {project: string; agent: string; run: string} & HookReport, {caller}) => {
        if (caller.agent?.agent !== agent || caller.agent.project !== project)
          throw new OrchError('ORCH_UNAUTHORISED', {why: 'a report needs the token of the run it tells of'})
        await watch.onReport(project, agent, run, report)
        return {}
      },
    ),
    'agent.list': call(params({project: text}), async ({project}: {project?: string}) => status(await rollCall.named(project)).agents),
    'team.status': call(params({}), async (_: object, {caller}) =>
      projectStatus(await (caller.agent ? rollCall.project(caller.agent.project) : rollCall.only())),
    ),
    'agent.show': call(params(TARGET, ['role']), async (target: {project?: string; role: string}) => {
      const {project, agent} = await find(target)
      return status(project).agents.find(({id}) => id === agent.id)
    }),
    'agent.add': call(params(TARGET, ['project', 'role']), async ({project, role}: {project: string; role: string}, {caller}) => {
      const {agents} = status(await control.add(await rollCall.project(project), role, actorOf(caller)))
      return agents.at(-1)
    }),
    'agent.restart': call(
      params({...TARGET, fresh: {type: 'boolean'}}, ['project', 'role']),
      async ({fresh, ...target}: {project: string; role: string; fresh?: boolean}, {caller}) => {
        const found = await find(target)
        await control.restart(found.project, found.agent, {fresh: fresh ?? false, by: actorOf(caller)})
        return after(found)
      },
    ),
    'agent.stop': call(params(TARGET, ['project', 'role']), async (target: {project: string; role: string}, {caller}) => {
      const found = await find(target)
      await control.stop(found.project, found.agent, actorOf(caller))
      return after(found)
    }),
    'agent.remove': call(
      params({...TARGET, leaveWork: {type: 'boolean'}}, ['project', 'role']),
      async ({leaveWork, ...target}: {project: string; role: string; leaveWork?: boolean}, {caller}) => {
        const found = await find(target)
        await control.remove(found.project, found.agent, {leaveWork: leaveWork ?? false, by: actorOf(caller)})
        return after(found)
      },
    ),
    'agent.brief': call(params(TARGET, ['project', 'role']), async (target: {project: string; role: string}) => {
      const {project, agent} = await find(target)
      return {message: await control.brief(project, agent)}
    }),
    ...agentWindowMethods(options),
  }
}
