import type {HookReport, Terminal} from '@orch/plugin-kit'
import {OrchError} from '@orch/plugin-kit'
import {projectStatus} from '../../services/status.js'
import type {AgentLog} from '../../services/agent-log.js'
import type {AgentWatch} from '../../services/agent-watch.js'
import type {RollCall} from '../../services/roll-call.js'
import {call, params, stream, type Methods} from '../method.js'

interface AgentMethodsOptions {
  readonly watch: AgentWatch
  readonly rollCall: RollCall
  readonly terminal: Terminal
  readonly agentLog: AgentLog
}

const text = {type: 'string'}
const REPORT = {project: text, agent: text, run: text, event: text, payload: {type: 'object'}}
const TARGET = {project: text, role: text}

export function agentMethods({watch, rollCall, terminal, agentLog}: AgentMethodsOptions): Methods {
  const find = async ({project, role}: {project?: string; role: string}) => {
    const found = project === undefined ? await rollCall.only() : await rollCall.project(project)
    return {project: found, agent: rollCall.agent(found, role)}
  }

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
    'agent.list': call(
      params({project: text}),
      async ({project}: {project?: string}) =>
        projectStatus(project === undefined ? await rollCall.only() : await rollCall.project(project)).agents,
    ),
    'agent.show': call(params(TARGET, ['role']), async (target: {project?: string; role: string}) => {
      const {project, agent} = await find(target)
      return projectStatus(project).agents.find(({id}) => id === agent.id)
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
    'agent.follow': stream(params(TARGET), async function* ({project: name, role}: {project?: string; role?: string}, {signal}) {
      const project = name === undefined ? await rollCall.only() : await rollCall.project(name)
      const roles = role === undefined ? project.agents.map((agent) => agent.role) : [rollCall.agent(project, role).role]
      yield* agentLog.follow(project.id, roles, signal)
    }),
    'agent.attach': call(params({...TARGET}), async ({project: name, role}: {project?: string; role?: string}) => {
      const project = name === undefined ? await rollCall.only() : await rollCall.project(name)
      if (!project.tmux.session) throw new OrchError('ORCH_NOT_FOUND', {what: 'tmux session of the project', name: project.name})
      const agent = role === undefined ? null : rollCall.agent(project, role)
      return {argv: terminal.attachCommand(project.tmux.session, agent?.window ?? undefined)}
    }),
  }
}
