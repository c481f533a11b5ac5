import {OrchError, type Caller, type Grant, type MethodRule} from '@orch/plugin-kit'
import {findAgent} from '../../domain/project.js'
import type {ProcessClaim} from '../../domain/lineage.js'
import type {Store} from '../../domain/ports/store.js'
import type {ProjectFinder} from '../status/find-project.js'
import type {Project} from '../../domain/model/project.js'

/** A call on the socket whose caller is known and whose parameters are valid. */
export interface IncomingCall {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  readonly caller: Caller
  /** Which process makes it, as a caller without a token says. */
  readonly process: ProcessClaim | null
}

interface GateOptions {
  readonly store: Store
  readonly rollCall: Pick<ProjectFinder, 'project'>
  readonly ruleOf: (method: string) => MethodRule
  /** Why a call without a token is refused; null when it is not. */
  readonly whyNot: (call: IncomingCall, need: 'no-agent' | 'terminal') => Promise<string | null>
}

type AgentCaller = NonNullable<Caller['agent']>

/** What a role may do with the projects it started, without a grant of its own. */
const OVER_CHILDREN: readonly MethodRule['agents'][] = ['stop-projects', 'pause-projects', 'resume-projects']

/** Decides whether a caller may call a method; the one place that does. */
export class Gate {
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
  }

  /**
   * @returns the parameters to go on with: those of an agent name its own project where they named none
   * @throws ORCH_REFUSED with the grant that would allow the call, ORCH_NOT_FOUND, ORCH_AMBIGUOUS
   */
  async admit(call: IncomingCall): Promise<IncomingCall['params']> {
    const {method, params, caller} = call
    const rule = this.#options.ruleOf(method)
    if (!caller.agent) {
      await this.#requireOutside(call, rule.others)
      return params
    }
    if (rule.agents === 'none') throw refused(method, 'only a person may call it', 'Ask a person: orch ask person "…"')
    const target = rule.project ? await this.#target(method, params['project'], caller.agent) : null
    if (rule.agents !== 'all') this.#requireGrant(method, rule.agents, caller.agent, target)
    if (rule.agents === 'start-projects' && trusts(params)) this.#requireGrant(method, 'trust-projects', caller.agent, null)
    return target ? {...params, project: target.id} : params
  }

  async #requireOutside(call: IncomingCall, need: MethodRule['others']): Promise<void> {
    const why = need === 'nothing' ? null : await this.#options.whyNot(call, need)
    if (why === null) return
    const where = need === 'terminal' ? 'at a terminal of your own, outside of any agent' : 'outside of any agent'
    throw refused(call.method, why, `Call it with \`orch\` ${where}.`)
  }

  async #target(method: string, name: unknown, {project, agent}: AgentCaller): Promise<Project> {
    const {store, rollCall} = this.#options
    const own = store.project(project)!
    if (typeof name !== 'string' || name === project) return own
    const named = await rollCall.project(name)
    if (named.id === project || named.startedBy?.agent === agent) return named
    throw refused(method, `${named.id} is not the caller's project`, 'Leave the project out: an agent has its own, and those it started.')
  }

  #requireGrant(method: string, grant: Grant, {project, agent, role}: AgentCaller, target: Project | null): void {
    const {grants = []} = findAgent(this.#options.store.project(project)!, agent)!
    const isOverChild = target?.startedBy?.agent === agent && OVER_CHILDREN.includes(grant) && grants.includes('start-projects')
    if (isOverChild || grants.includes(grant)) return
    const remedy = `Ask a person: orch ask person "…". A team template can allow it: overrides: {${role}: {grants: [${grant}]}}`
    throw refused(method, `the role ${role} has no grant ${grant}`, remedy)
  }
}

/** Whether a plan or a start is to trust its repository. */
function trusts({trustProject, requests}: IncomingCall['params']): boolean {
  return trustProject === true || (requests as readonly {trustProject?: boolean}[] | undefined)?.some((each) => each.trustProject) === true
}

function refused(method: string, why: string, remedy: string): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {what: `The call ${method}`, why, remedy})
}
