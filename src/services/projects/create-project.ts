import {join} from 'node:path'
import type {Actor, AgentDriver, Clock, Ids, Plan, RepositoryFacts, Terminal, Workspace} from '@orch/plugin-kit'
import {evidenceOf} from '../../domain/actor.js'
import {ownCheckIn} from '../../domain/check-in.js'
import type {Files} from '../../domain/ports/files.js'
import {isFinished} from '../../domain/project-states.js'
import {slugOf} from '../../domain/slug.js'
import type {Store} from '../../domain/ports/store.js'
import {spread} from '../oauth/port-pool.js'
import {plannedAgent} from './new-agent.js'
import type {PortBlocks} from './port-blocks.js'
import type {Recorder} from '../record/recorder.js'
import type {Specification} from '../planning/specification.js'
import {STORE_SCHEMA, type Project, type ProjectOptions} from '../../domain/model/project.js'

export interface AdmissionRequest {
  /** The caller's own: the same start asked twice makes one project. */
  readonly key: string
  readonly name: string | null
  readonly plan: Plan
  /** Who starts it. */
  readonly by: Actor
  readonly specification: Specification
  readonly repository: RepositoryFacts
  readonly driver: AgentDriver
  readonly options: ProjectOptions
  readonly env: Readonly<Record<string, string>>
  readonly ports: {readonly first: number; readonly perAgent: number}
  /** The pool of OAuth ports. */
  readonly oauthPorts: readonly number[]
  /** A new project, though one of this specification is unfinished. */
  readonly fresh: boolean
}

interface AdmissionOptions {
  readonly store: Store
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly terminal: Terminal
  readonly files: Files
  readonly portBlocks: PortBlocks
  readonly clock: Clock
  readonly ids: Ids
  readonly projects: string
}

/** Makes a project's record and its folder: what lies there is never changed by a later edit of the specification. */
export class ProjectCreation {
  readonly #options: AdmissionOptions
  /** One at a time, so that two projects never get the same port blocks. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: AdmissionOptions) {
    this.#options = options
  }

  /** The project a start with this key made before. */
  known(key: string): Project | undefined {
    return this.#options.store.projects().find((project) => project.key === key)
  }

  /** @returns the new project, or the one that another call made of the same specification since this one looked */
  admit(request: AdmissionRequest): Promise<Project> {
    const admitted = this.#last.then(() => this.#admit(request))
    this.#last = admitted.catch(() => {})
    return admitted
  }

  async #admit(request: AdmissionRequest): Promise<Project> {
    const known = this.known(request.key) ?? (request.fresh ? undefined : this.#unfinished(request))
    if (known) return known
    const {ids, files, projects, workspace, recorder} = this.#options
    const id = ids.next('p')
    const directory = join(projects, id)
    // Files first: a record that names files that are not there is worse than files nobody names.
    await files.writePrivate(join(directory, 'spec.md'), request.specification.text)
    await files.writePrivate(join(directory, 'plan.json'), `${JSON.stringify(request.plan, null, 2)}\n`)
    await files.writePrivate(join(directory, 'env.json'), JSON.stringify(request.env))
    const {repository} = request
    const base = repository.head.kind === 'unborn' ? await workspace.commitInitial(repository.root, 'Initial commit') : repository.head.sha
    const project = await this.#record(id, directory, base, request)
    await recorder.create(project)
    return project
  }

  #unfinished({specification, repository}: AdmissionRequest): Project | undefined {
    const {digest} = specification
    return this.#options.store
      .projects()
      .find(
        (project) =>
          !isFinished(project.state) &&
          project.spec.path === specification.path &&
          project.spec.digest === digest &&
          project.repository.commonDir === repository.commonDir,
      )
  }

  async #record(id: string, directory: string, base: string, request: AdmissionRequest): Promise<Project> {
    const {clock, terminal, store, portBlocks} = this.#options
    const {plan, repository, specification} = request
    const now = clock.now()
    const name = request.name ?? (slugOf(plan.outline.title) || 'project')
    const slug = `${slugOf(name) || 'project'}-${id.slice(2, 8)}`
    const blocks = await portBlocks.allot(store.projects(), plan.team.roles.length, request.ports)
    const oauthPorts = spread(store.projects(), request.oauthPorts, plan.team.roles.length)
    const agents = plan.team.roles.map((role, index) =>
      plannedAgent(role, this.#options.ids, {
        slug,
        directory,
        kind: request.driver.kind,
        portBlock: blocks[index]!,
        oauthPort: oauthPorts[index]!,
        now,
      }),
    )
    return {
      schema: STORE_SCHEMA,
      revision: 1,
      id,
      key: request.key,
      name,
      slug,
      state: 'queued',
      reason: null,
      evidence: evidenceOf(request.by, 'approved', now),
      resumeTo: null,
      spec: {path: specification.path, digest: specification.digest},
      directory,
      repository: {root: repository.root, mainRoot: repository.mainRoot, commonDir: repository.commonDir},
      parentBranch: repository.head.kind === 'detached' ? null : repository.head.name,
      base,
      integration: {branch: `orch/${slug}/integration`, sha: null},
      options: request.options,
      ...(request.by.kind === 'agent' ? {startedBy: starterOf(request.by)} : {}),
      tmux: {socket: terminal.socket, session: null},
      agents,
      merges: [],
      messages: [],
      checkIns: agents.map((agent, index) => ownCheckIn(this.#options.ids.next('s'), agent.id, plan.team.roles[index]!.checkInMinutes)),
      requests: [],
      reports: [],
      verification: null,
      createdAt: now,
      startedAt: null,
      updatedAt: now,
      finishedAt: null,
    }
  }
}

function starterOf({project, agent, role}: Extract<Actor, {kind: 'agent'}>): NonNullable<Project['startedBy']> {
  return {project, agent, role}
}
