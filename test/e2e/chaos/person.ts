import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {ROOT} from '../../support/sandbox.js'
import type {Journal} from './journal.js'
import type {Playground} from './playground.js'
import type {Project} from '../../../src/domain/model/project.js'

/** How long something may wait for a person before one comes, milliseconds. */
const PERSON_MS = 3_000
/** How long a team that does nothing may ask for a person before one comes, milliseconds. */
const IDLE_TEAM_MS = 30_000
/** A reason to block a project that orch mends by itself: what was done to its own worktrees. */
const ABOUT_OWN_WORKTREES = /\/(?:scratch|baseline)\b/

/** Does what orch asks a person for, and counts it. */
export class Person {
  readonly #playground: Playground
  readonly #journal: Journal

  constructor(playground: Playground, journal: Journal) {
    this.#playground = playground
    this.#journal = journal
  }

  /** @param id of the project that may need one */
  async help(id: string): Promise<void> {
    const project = this.#playground.project(id)
    if (!project) return
    const request = project.requests.find(({state, approver}) => state === 'pending' && approver === 'person')
    if (request) await this.#approve(request.id)
    const why = whyToResume(project)
    if (why === null) return
    if (ABOUT_OWN_WORKTREES.test(why)) this.#journal.violation(`a person had to help ${id} with a worktree of orch's own: ${why}`)
    const {code} = await this.#playground.sandbox.orch(['resume', id])
    this.#journal.count('a person helped: orch resume')
    this.#journal.note(`orch resume ${id} (exit ${code}): ${why}`)
    await sleep(PERSON_MS)
  }

  /** At a terminal of its own, as a person has one (script(1)). */
  async #approve(request: string): Promise<void> {
    const command = `'${process.execPath}' '${join(ROOT, 'bin', 'run.js')}' approve ${request}`
    const env = {...this.#playground.sandbox.env, TERM: 'xterm'}
    const child = spawn('script', ['-qec', command, '/dev/null'], {env, stdio: 'ignore'})
    const code = await new Promise((resolve) => child.once('close', resolve))
    this.#journal.count(`a person was asked: orch approve, exit ${String(code)}`)
    this.#journal.note(`orch approve ${request} (exit ${String(code)})`)
  }
}

/** null: it needs nobody who resumes it. */
function whyToResume({state, reason, evidence, agents, incidents}: Project): string | null {
  const since = (at: number) => Date.now() - at
  if (state === 'blocked') return since(evidence.at) > PERSON_MS ? (reason ?? 'blocked') : null
  const quarantined = agents.find((agent) => agent.state === 'quarantined' && since(agent.evidence.at) > PERSON_MS)
  if (quarantined) return `${quarantined.role} is quarantined`
  return (
    incidents?.find(({cause, step, stepAt}) => cause === 'idle-team' && step === 'person' && since(stepAt) > IDLE_TEAM_MS)?.what ?? null
  )
}
