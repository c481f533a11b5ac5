import type {ProcessIdentity} from '@orch/plugin-kit'
import {isAlive} from '../../domain/agent-states.js'
import type {Host} from '../../domain/ports/host.js'
import type {Project} from '../../domain/model/project.js'

/** Says who may have changed a person's repository. */
export class Attribution {
  readonly #host: Pick<Host, 'workingIn' | 'environment'>

  constructor(host: Pick<Host, 'workingIn' | 'environment'>) {
    this.#host = host
  }

  /**
   * A process of an agent that works in the main checkout now is named. Otherwise nothing tells: agents have the person's name and rights, so the
   * agents that were alive are said, and no guess is made.
   */
  async of(project: Project): Promise<string> {
    const {mainRoot} = project.repository
    const working = await this.#host.workingIn(mainRoot).catch((): readonly ProcessIdentity[] => [])
    const roles = await Promise.all(working.map(({pid}) => this.#roleOf(pid, project.id)))
    const there = [...new Set(roles.filter((role) => role !== null))]
    if (there.length > 0) return `by ${there.join(' and ')}, at work in ${mainRoot}`
    const alive = project.agents.filter(({state}) => isAlive(state)).map(({role}) => role)
    if (alive.length === 0) return 'while no agent was at work'
    return `by whom is unknown, while ${alive.length > 1 ? `${alive.slice(0, -1).join(', ')} and ${alive.at(-1)} were` : `${alive[0]} was`} at work`
  }

  async #roleOf(pid: number, project: string): Promise<string | null> {
    const env = await this.#host.environment(pid).catch(() => null)
    if (!env?.['ORCH_RUN']) return null
    const role = env['ORCH_ROLE'] ?? 'an agent'
    return env['ORCH_PROJECT'] === project ? role : `${role} of ${env['ORCH_PROJECT'] ?? 'another project'}`
  }
}
