import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {Sandbox} from '../../support/sandbox.js'
import {processesOf} from '../faults/processes.js'
import {ACCEPTANCE, SCRIPTS} from './scripts.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const DISK = 'size=16m'

/** A state directory, a person's repository with work in progress, and the scripts of the team. */
export class Playground {
  readonly sandbox: Sandbox
  readonly repository: string
  /** Whether the records lie on a small disk of their own, which only root can mount. */
  readonly hasSmallDisk: boolean

  constructor() {
    this.sandbox = new Sandbox()
    this.sandbox.write('config/.orchrc.json', JSON.stringify({health: {lookSeconds: 1, nudgeSeconds: 4}}))
    for (const [role, text] of Object.entries(SCRIPTS)) this.sandbox.write(`scripts/${role}.yaml`, text)
    this.sandbox.env['ORCH_CONFIG_REHEARSAL__SCRIPTS'] = this.sandbox.path('scripts')
    this.repository = this.#makeRepository()
    mkdirSync(this.stateFolder, {recursive: true, mode: 0o700})
    this.hasSmallDisk = spawnSync('mount', ['-t', 'tmpfs', '-o', `${DISK},mode=700`, 'tmpfs', this.stateFolder]).status === 0
  }

  get data(): string {
    return this.sandbox.path('data')
  }

  get stateFolder(): string {
    return join(this.data, 'state')
  }

  /** Ids of the projects whose record is in a folder of the state directory. */
  records(folder: 'projects' | 'finished'): string[] {
    const path = join(this.stateFolder, folder)
    const names = existsSync(path) ? readdirSync(path) : []
    return [...new Set(names.flatMap((name) => /^(p_\w+)\.json(\.previous)?$/.exec(name)?.[1] ?? []))].sort()
  }

  /** The record of a project, in its newest generation that can be read; undefined when there is none. */
  project(id: string): Project | undefined {
    const places = ['projects', 'finished', 'projects'].flatMap((folder) => [`${folder}/${id}.json`, `${folder}/${id}.json.previous`])
    for (const place of places) {
      try {
        return JSON.parse(readFileSync(join(this.stateFolder, place), 'utf8')) as Project
      } catch {
        // It is elsewhere, was moved while we looked, or is damaged.
      }
    }
    return undefined
  }

  /** The project that works, if one does. */
  current(): Project | undefined {
    const [id] = this.records('projects')
    return id === undefined ? undefined : this.project(id)
  }

  /** Agents of the present project whose process lives, in the order of their roles. */
  liveAgents(): Agent[] {
    const agents = this.current()?.agents ?? []
    return agents.filter(({run}) => run?.process && existsSync(`/proc/${run.process.pid}`)).toSorted((a, b) => (a.role < b.role ? -1 : 1))
  }

  supervisors(): number[] {
    return processesOf(this.sandbox.folder)
      .filter(({isSupervisor}) => isSupervisor)
      .map(({pid}) => pid)
  }

  tmuxProcesses(): number[] {
    return processesOf(this.sandbox.folder)
      .filter(({isTmux}) => isTmux)
      .map(({pid}) => pid)
  }

  async remove(): Promise<void> {
    rmSync(join(this.stateFolder, 'filler'), {force: true})
    await this.sandbox.orch(['daemon', 'stop'])
    if (this.hasSmallDisk) spawnSync('umount', ['-l', this.stateFolder])
    await this.sandbox.remove()
  }

  /** A commit to start from, and a person's changes: staged, not staged, not tracked. */
  #makeRepository(): string {
    const repository = this.sandbox.repository('repo')
    this.sandbox.write('repo/accept.mjs', ACCEPTANCE)
    this.sandbox.write('repo/draft.txt', 'first\n')
    this.sandbox.git(repository, 'add', '--all')
    this.sandbox.git(repository, 'commit', '--quiet', '--message', 'Say what is accepted')
    this.sandbox.write('repo/staged.txt', 'a staged file\n')
    this.sandbox.git(repository, 'add', 'staged.txt')
    this.sandbox.write('repo/draft.txt', 'first\nand a change\n')
    this.sandbox.write('repo/untracked.txt', 'an untracked file\n')
    return repository
  }
}
