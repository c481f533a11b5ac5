/** A part of the composition root: the socket API, and who may call what. */
import type {Caller} from '@orch/plugin-kit'
import {CallerCheck} from '../adapters/caller-check.js'
import {Lineages} from '../adapters/lineages.js'
import type {Spool} from '../adapters/spool.js'
import type {SocketListener} from '../rpc/listener.js'
import {agentMethods} from '../rpc/methods/agents.js'
import {followMethods} from '../rpc/methods/follow.js'
import {ruleOf, withPluginMethods} from '../rpc/methods/plugins.js'
import {projectMethods} from '../rpc/methods/projects.js'
import {statusMethods} from '../rpc/methods/status.js'
import {systemMethods} from '../rpc/methods/system.js'
import {RpcServer} from '../rpc/server.js'
import type {HookReports} from '../services/agents/hook-reports.js'
import {Gate} from '../services/authority/gate.js'
import type {WatchedProjects} from '../services/projects/watched-projects.js'
import {AgentLog} from '../services/status/agent-log.js'
import {badEntryNeeds} from '../services/status/supervisor-needs.js'
import {identifyCaller} from '../services/supervisor/identify-caller.js'
import type {Agents} from './agents.js'
import type {Briefing} from './briefing.js'
import type {Health} from './health.js'
import type {Messages} from './messages.js'
import type {Place} from './place.js'
import type {Configured, LoadedPlugins} from './plugins.js'
import type {Projects} from './projects.js'
import type {Base} from './record.js'
import type {Recovery} from './recovery.js'
import type {System} from './system.js'

/** How methods of the API end the supervisor that answers them. */
export interface Life {
  readonly stop: () => void
  /** Stops it for the next one, which the caller brings up. */
  readonly retire: () => void
  readonly isStopping: () => boolean
}

interface ServerParts extends Base, Pick<Place, 'oclif' | 'paths'> {
  readonly loaded: LoadedPlugins
  readonly configured: Configured
  readonly agents: Agents
  readonly briefing: Briefing
  readonly health: Health
  readonly recovery: Recovery
  readonly projects: Projects
  readonly messages: Messages
  readonly system: System
  readonly attendance: WatchedProjects
  readonly spool: Spool
  readonly reports: HookReports
  readonly listener: SocketListener
  readonly life: Life
}

export function composeServer(parts: ServerParts): RpcServer {
  const {oclif, paths, machine, records, loaded, listener} = parts
  const {store} = records
  const callers = new CallerCheck({
    lineages: new Lineages({state: paths.data, keeper: parts.services.terminal.socket}),
    agents: () => runningPids(store),
  })
  const authority = new Gate({
    ...records,
    ruleOf: ruleOf(loaded.registrations),
    whyNot: ({process: claim}, need) => callers.whyNot(claim, need),
  })
  return new RpcServer({
    ...machine,
    listener,
    state: paths.data,
    version: oclif.version,
    plugins: loaded.digest,
    identify: (claim) => identifyCaller(store, claim),
    settleReports: (agent) => parts.reports.takeOf(agent),
    admit: (call) => authority.admit(call),
    methods: withPluginMethods(methodsOf(parts, authority), loaded.registrations, machine.schemas),
  })
}

function methodsOf(parts: ServerParts, authority: Gate) {
  const {oclif, paths, machine, services, records, agents, loaded, configured, projects, spool, attendance, life} = parts
  const base = {...machine, ...services, ...records, ...agents}
  const leftOut = () => loaded.leftOut.list()
  const supervisor = {running: true, pid: process.pid, socket: paths.socket}
  const house = async () => badEntryNeeds(await spool.bad())
  return {
    ...projectMethods({...base, ...parts.recovery, ...projects, mayResume: (caller, project) => mayResume(authority, caller, project)}),
    ...followMethods({...base, ...parts.recovery, ...projects, ...life, attendance}),
    ...statusMethods({...base, ...parts.health, ...parts.recovery, leftOut, house, supervisor}),
    ...agentMethods({...base, ...parts.health, control: projects.agentControl, agentLog: new AgentLog(base)}),
    ...parts.messages.methods,
    ...systemMethods({
      ...{...base, ...configured, ...parts.system, ...life, supervisor, leftOut},
      version: oclif.version,
      state: paths.data,
      plugins: loaded.digest,
      intake: projects.intake,
      previews: parts.briefing.briefings,
      declared: loaded.declared,
      providers: loaded.providers,
    }),
  }
}

/** As for a call of an agent's own: `project.begin` may take a project up. */
async function mayResume(authority: Gate, caller: Caller, project: string): Promise<void> {
  await authority.admit({method: 'project.resume', params: {project}, caller, process: null})
}

/** Processes that are agents: whoever descends from one is no person. */
function runningPids(store: Base['records']['store']): number[] {
  return store.projects().flatMap(({agents}) => agents.flatMap(({run}) => (run?.process ? [run.process.pid] : [])))
}
