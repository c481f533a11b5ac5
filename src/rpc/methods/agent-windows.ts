import {OrchError, type Terminal} from '@orch/plugin-kit'
import type {Agent} from '../../domain/model/agent.js'
import type {AgentLog, LogPlace} from '../../services/status/agent-log.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import {OVER} from '../end-of-stream.js'
import {call, params, stream, type OwnMethods} from '../method.js'

export interface AgentWindowMethodsOptions {
  readonly rollCall: ProjectFinder
  readonly terminal: Terminal
  readonly agentLog: AgentLog
}

const text = {type: 'string'}
const TARGET = {project: text, role: text}
const PLACE = params({lines: {type: 'integer', minimum: 0}, tail: {type: 'array', items: text}}, ['lines', 'tail'])
const PLACES = {type: 'object', additionalProperties: PLACE}

interface FollowParams {
  readonly project?: string
  readonly role?: string
  /** By role, what was told before. */
  readonly after?: Readonly<Record<string, LogPlace>>
}

/** What agents show and say: their screens, their transcripts, and the way to their windows. */
export function agentWindowMethods({rollCall, terminal, agentLog}: AgentWindowMethodsOptions): OwnMethods {
  const find = async ({project, role}: {project?: string; role: string}): Promise<Agent> =>
    rollCall.agent(await rollCall.named(project), role)

  return {
    'agent.capture': call(
      params({...TARGET, history: {type: 'integer', minimum: 0, maximum: 50_000}}, ['role']),
      async ({history, ...target}: {project?: string; role: string; history?: number}) => {
        const agent = await find(target)
        if (!agent.pane) throw new OrchError('ORCH_NOT_FOUND', {what: 'window of the agent', name: agent.role})
        return {role: agent.role, screen: await terminal.capture(agent.pane, history ?? 0)}
      },
    ),
    'agent.logs': call(params(TARGET, ['role']), async (target: {project?: string; role: string}) => {
      const agent = await find(target)
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
