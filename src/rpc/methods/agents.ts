import type {HookReport, Terminal} from '@orch/plugin-kit'
import {OrchError} from '@orch/plugin-kit'
import {actorOf} from '../../domain/actor.js'
import type {AgentControl} from '../../services/projects/agent-control.js'
import type {ProcessUsage} from '../../services/health/process-usage.js'
import {projectStatus} from '../../services/status/status.js'
import type {AgentLog, LogPlace} from '../../services/status/agent-log.js'
import type {AgentEvents} from '../../services/agents/agent-events.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import {call, params, stream, type OwnMethods} from '../method.js'
import {OVER} from '../end-of-stream.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent} from '../../domain/model/agent.js'

interface AgentMethodsOptions {
  readonly watch: AgentEvents
  readonly rollCall: ProjectFinder
  readonly terminal: Terminal
  readonly agentLog: AgentLog
  readonly control: AgentControl
  readonly vitals: Pick<ProcessUsage, 'of'>
}

const text = {type: 'string'}
const REPORT = {project: text, agent: text, run: text, event: text, payload: {type: 'object'}}
const TARGET = {project: text, role: text}
const PLACE = params({lines: {type: 'integer', minimum: 0}, tail: {type: 'array', items: text}}, ['lines', 'tail'])
const PLACES = {type: 'object', additionalProperties: PLACE}

interface FollowParams {
  readonly project?: string
  readonly role?: string
  /** By role, what was told before. */
  readonly after?: Readonly<Record<string, LogPlace>>
}

export function agentMethods({watch, rollCall, terminal, agentLog, control, vitals}: AgentMethodsOptions): OwnMethods {
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
    'agent.capture': call(
      params({...TARGET, history: {type: 'integer', minimum: 0, maximum: 50_000}}, ['role']),
      async ({history, ...target}: {project?: string; role: string; history?: number}) => {
        const {agent} = await find(target)
        if (!agent.pane) throw new OrchError('ORCH_NOT_FOUND', {what: 'window of the agent', name: agent.role})
        return {role: agent.role, screen: await terminal.capture(agent.pane, history ?? 0)}
      },
    ),
    'agent.logs': call(params(TARGET, ['role']), async (target: {project?: string; role: string}) => {
      const {agent} = await find(target)
      return {role: agent.role, transcript: agent.transcript?.path ?? null, text: await agentLog.read(agent)}
    }),
    'agent.follow': stream(params({...TARGET, after: PLACES}), async function* (target: FollowParams, {signal}) {
      const {project: name, role, after = {}} = target
      const project = await rollCall.named(name)
      const roles = role === undefined ? project.agents.map((agent) => agent.role) : [rollCall.agent(project, role).role]
      yield* agentLog.follow(project.id, roles, after, signal)
      if (!signal.aborted) yield OVER
    }),
    'agent.attach': call(params({...TARGET}), async ({project: name, role}: {project?: string; role?: string}) => {
      const project = await rollCall.named(name)
      if (!project.tmux.session) throw new OrchError('ORCH_NOT_FOUND', {what: 'tmux session of the project', name: project.name})
      const agent = role === undefined ? null : rollCall.agent(project, role)
      return {argv: terminal.attachCommand(project.tmux.session, agent?.window ?? undefined)}
    }),
  }
}
