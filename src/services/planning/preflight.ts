import {OrchError, type AgentDriver, type OauthLedger, type RepositoryFacts, type Terminal, type Workspace} from '@orch/plugin-kit'
import {sectionOf, type Config} from '../../domain/config.js'
import type {Host} from '../../domain/ports/host.js'

/** The original asked for a gigabyte, and so do worktrees of anything but toys. */
const MIN_DISK_BYTES = 1024 ** 3
const LOW_MEMORY_BYTES = 1024 ** 3

interface PreflightOptions {
  readonly terminal: Terminal
  readonly workspace: Workspace
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly host: Host
  readonly ledger: OauthLedger
  /** Where worktrees will lie. */
  readonly projects: string
}

/** What must hold before anything is made. */
export class Preflight {
  readonly #options: PreflightOptions

  constructor(options: PreflightOptions) {
    this.#options = options
  }

  /** @returns warnings @throws what stands in the way; ORCH_LEDGER when starts could not be recorded */
  async check(repository: RepositoryFacts, request: {initCommit: boolean; trusted: boolean; driver: AgentDriver}): Promise<string[]> {
    await Promise.all([this.#options.terminal.version(), this.#options.workspace.version()])
    requireUsable(repository, request.initCommit)
    if (request.driver.usesOauthPort) await this.#options.ledger.requireWritable()
    if (request.driver.real && !request.trusted) {
      throw new OrchError('ORCH_REFUSED', {
        what: `Starting ${request.driver.title} in ${repository.mainRoot}`,
        why: 'it runs what the repository says (hooks, MCP servers, commands), and the repository is not trusted yet',
        remedy: 'If you trust it, run again with --trust-project; that is remembered for this repository.',
      })
    }
    return this.#requireRoom()
  }

  /**
   * The driver for a wanted kind; `auto` takes an installed, logged-in agent with a model behind it.
   * @throws ORCH_NO_AGENT with what was found, ORCH_NOT_FOUND for an unknown kind
   */
  async chooseDriver(kind: string, env: Readonly<Record<string, string>>, config: Config): Promise<AgentDriver> {
    const {drivers} = this.#options
    if (kind !== 'auto') {
      const driver = drivers.get(kind)
      if (!driver) throw new OrchError('ORCH_NOT_FOUND', {what: 'agent kind', name: kind, known: ['auto', ...drivers.keys()].sort()})
      const problem = await problemOf(driver, env, sectionOf(config, driver.kind))
      if (problem) throw new OrchError('ORCH_NO_AGENT', {wanted: kind, found: [problem]})
      return driver
    }
    const found: string[] = []
    for (const driver of [...drivers.values()].filter(({real}) => real)) {
      const problem = await problemOf(driver, env, sectionOf(config, driver.kind))
      if (!problem) return driver
      found.push(problem)
    }
    throw new OrchError('ORCH_NO_AGENT', {wanted: kind, found})
  }

  async #requireRoom(): Promise<string[]> {
    const {host, projects} = this.#options
    const free = await host.freeDisk(projects)
    if (free < MIN_DISK_BYTES) {
      const what = `${Math.floor(free / 1024 / 1024)} MB are free in ${projects}, and a team needs 1 GB`
      throw new OrchError('ORCH_REFUSED', {what: 'The start', why: what, remedy: 'Free disk space, or set ORCH_DATA_DIR to a larger disk.'})
    }
    const memory = host.freeMemory()
    return memory < LOW_MEMORY_BYTES ? [`Only ${Math.floor(memory / 1024 / 1024)} MB of memory are free.`] : []
  }
}

async function problemOf(
  driver: AgentDriver,
  env: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  const detection = await driver.detect(env, settings)
  if (!detection.installed) return detection.problem ?? `${driver.title} is not installed`
  if (detection.loggedIn === false) return detection.problem ?? `${driver.title} is not logged in`
  return detection.problem
}

function requireUsable(repository: RepositoryFacts, initCommit: boolean): void {
  const refuse = (why: string, remedy: string) => new OrchError('ORCH_REPOSITORY', {path: repository.root, why, remedy})
  if (repository.blockingRef) {
    throw refuse(
      `${repository.blockingRef} is in the way of orch's branches (orch/…)`,
      `Rename it: git -C ${JSON.stringify(repository.root)} branch -m orch another-name`,
    )
  }
  if (repository.head.kind === 'unborn' && !initCommit) {
    throw refuse('it has no commit yet', 'Commit something, or let orch make an empty first commit with --init-commit.')
  }
}
