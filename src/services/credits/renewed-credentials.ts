import {join} from 'node:path'
import type {AgentDriver} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import {accountProblem} from '../../domain/limits.js'
import {projectEnvironment} from '../record/project-environment.js'
import type {Project} from '../../domain/model/project.js'

interface RenewedCredentialsOptions {
  readonly files: Files
  readonly drivers: ReadonlyMap<string, AgentDriver>
}

/**
 * Keys and tokens that a person has in their environment when they resume a project take the place of kept ones that were refused. Those that work stay:
 * another one may be of an account that is billed.
 */
export class RenewedCredentials {
  readonly #options: RenewedCredentialsOptions

  constructor(options: RenewedCredentialsOptions) {
    this.#options = options
  }

  /**
   * A person without any credential in their environment leaves the kept ones as they are: they may sit at another terminal.
   * @param env of the person's command
   * @throws ORCH_STATE when the kept environment is damaged
   */
  async take(project: Project, env: Readonly<Record<string, string>>): Promise<void> {
    const {files, drivers} = this.#options
    const kept = await projectEnvironment(files, project)
    let next = kept
    const refused = project.agents.filter((agent) => accountProblem(agent)?.problem === 'login')
    for (const kind of new Set(refused.map((agent) => agent.kind))) {
      const names = drivers.get(kind)?.credentials ?? []
      const given = Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])))
      const others = Object.fromEntries(Object.entries(next).filter(([name]) => !names.includes(name)))
      if (Object.keys(given).length > 0) next = {...others, ...given}
    }
    if (Object.keys({...kept, ...next}).every((name) => kept[name] === next[name])) return
    await files.writePrivate(join(project.directory, 'env.json'), JSON.stringify(next))
  }
}
