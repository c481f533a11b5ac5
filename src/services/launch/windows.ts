import {hasCode, type PaneCommand, type PaneRef, type PaneState, type Terminal} from '@orch/plugin-kit'
import type {Host} from '../../domain/ports/host.js'
import {paneOf} from '../../domain/foreign-pane.js'
import {findAgent} from '../../domain/project.js'
import {projectOfSession, sessionNameOf} from '../../domain/session-name.js'
import type {Store} from '../../domain/ports/store.js'
import type {StartPermit} from '../oauth/port-gate.js'
import type {Recorder} from '../record/recorder.js'

/** Where a command runs, and as which process. */
export interface Placed {
  readonly ref: PaneRef
  readonly pid: number
}

/** How often the terminal is looked at for one start: what was seen may be gone by the time it is used, with a window, or with its whole server. */
const LOOKS = 3

/** One session a project, one window an agent. Names are only for people and for finding what a crash left behind; ids address. */
export class Windows {
  readonly #store: Store
  readonly #recorder: Recorder
  readonly #terminal: Terminal
  readonly #host: Host
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(options: {store: Store; recorder: Recorder; terminal: Terminal; host: Host}) {
    this.#host = options.host
    this.#store = options.store
    this.#recorder = options.recorder
    this.#terminal = options.terminal
  }

  /**
   * Runs a command as the agent's pane process: in the pane of its last run when that stands, else in a window of its own.
   * @param permit proof that the OAuth timing contract lets it start
   * @returns null when the permit had grown too old by the time its turn came: nothing was started
   */
  run(projectId: string, agentId: string, runId: string, command: PaneCommand, permit: StartPermit): Promise<Placed | null> {
    // The first window makes the session, so agents of one project take turns.
    const turn = (this.#turns.get(projectId) ?? Promise.resolve()).then(() => this.#run(projectId, agentId, runId, command, permit))
    this.#turns.set(
      projectId,
      turn.catch(() => undefined),
    )
    return turn
  }

  /** The agent's pane as it stands in the terminal, by the names it was made with. */
  async find(projectId: string, agentId: string): Promise<PaneState | undefined> {
    return this.#among(await this.#terminal.panes(), projectId, agentId)
  }

  #among(panes: readonly PaneState[], projectId: string, agentId: string): PaneState | undefined {
    const project = this.#store.project(projectId)
    const agent = project && findAgent(project, agentId)
    return agent && paneOf(panes, projectId, agent)
  }

  async #run(projectId: string, agentId: string, runId: string, command: PaneCommand, permit: StartPermit): Promise<Placed | null> {
    const ref = await this.#place(projectId, agentId, runId, command, permit)
    if (!ref) return null
    const pane = (await this.#terminal.panes()).find((state) => state.pane === ref.pane)
    return {ref, pid: pane?.pid ?? 0}
  }

  async #place(...start: Parameters<Windows['run']>): Promise<PaneRef | null> {
    for (let look = 1; ; look++) {
      try {
        return await this.#placeAsSeen(...start)
      } catch (error) {
        if (!hasCode(error, 'ORCH_NOT_FOUND') || look === LOOKS) throw error
      }
    }
  }

  async #placeAsSeen(
    projectId: string,
    agentId: string,
    runId: string,
    command: PaneCommand,
    permit: StartPermit,
  ): Promise<PaneRef | null> {
    const panes = await this.#terminal.panes()
    const standing = this.#among(panes, projectId, agentId)
    if (standing) {
      // A supervisor that died in the middle of this start had spawned it after all.
      if (!standing.dead && (await this.#isRun(standing.pid, runId))) return standing
      if (!(await permit.isFresh())) return null
      await this.#terminal.respawn(standing.pane, command)
      return standing
    }
    // In the order of the roles, whichever comes up first: a person finds the orchestrator in window 0.
    const project = this.#store.project(projectId)!
    const {agents} = project
    const index = agents.findIndex(({id}) => id === agentId)
    const {role} = agents[index]!
    const session = panes.find(({sessionName}) => projectOfSession(sessionName) === projectId)?.session
    if (!(await permit.isFresh())) return null
    const ref = session
      ? await this.#terminal.createWindow({session, windowName: role, command, index})
      : await this.#terminal.createSession({name: sessionNameOf(project), windowName: role, command, index})
    await this.#recordSession(projectId, ref.session)
    return ref
  }

  async #isRun(pid: number, runId: string): Promise<boolean> {
    return (await this.#host.environment(pid))?.['ORCH_RUN'] === runId
  }

  async #recordSession(projectId: string, session: string): Promise<void> {
    if (this.#store.project(projectId)?.tmux.session === session) return
    await this.#recorder.change(projectId, (project) => ({project: {...project, tmux: {...project.tmux, session}}, events: []}))
  }
}
