import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {OrchError, type Outline, type Planner, type Ports} from '@orch/plugin-kit'
import {ClaudeDetector} from '../detect/detect.js'
import type {Version} from '../detect/version.js'
import {withToken} from '../launch/credentials.js'
import {withoutMarks} from '../launch/environment.js'
import {settingsOf} from '../settings.js'
import {readAttempt} from './answer.js'
import {PLANNER_ENVIRONMENT, plannerArgs, plannerSettings} from './print-mode.js'

type Env = Readonly<Record<string, string>>
type OutlineRequest = Parameters<Planner['outline']>[0]

const ATTEMPTS = 3
/** As the original script: five minutes an attempt, three seconds between two. */
const ATTEMPT_TIMEOUT_MS = 300_000
const PAUSE_MS = 3_000

/** Makes an outline with Claude Code in print mode: one question, no tools, nothing of the repository is read or run. */
export class ClaudePlanner implements Planner {
  readonly name = 'claude'
  readonly usesModel = true
  readonly #ports: Ports
  readonly #detector: ClaudeDetector

  constructor(ports: Ports) {
    this.#ports = ports
    this.#detector = new ClaudeDetector(ports.processes)
  }

  async unavailable(env: Env, settings: Readonly<Record<string, unknown>>): Promise<string | null> {
    return (await this.#detector.detect(settingsOf(settings), env)).problem
  }

  async outline(request: OutlineRequest): Promise<Outline> {
    const version = await this.#version(request)
    const reasons: string[] = []
    let left = request.budgetUsd ?? Infinity
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (left <= 0) {
        reasons.push('the budget is used up')
        break
      }
      request.onProgress(`asking Claude Code for a plan (attempt ${attempt} of ${ATTEMPTS})`)
      const answer = await this.#ask(request, version, left)
      if (answer.costUsd !== null) {
        request.onCost?.(answer.costUsd)
        left -= answer.costUsd
      }
      if ('outline' in answer) return answer.outline
      request.onProgress(`no plan: ${answer.why}`)
      reasons.push(answer.why)
      if (!answer.again) break
      if (attempt < ATTEMPTS) await this.#ports.clock.sleep(PAUSE_MS, request.signal)
    }
    throw new OrchError('ORCH_PLANNER_FAILED', {planner: this.name, why: [...new Set(reasons)].join('; ')})
  }

  async #version({env, settings}: OutlineRequest): Promise<Version> {
    const {version, problem} = await this.#detector.version(settingsOf(settings).binary, env)
    if (!version) throw new OrchError('ORCH_PLANNER_FAILED', {planner: this.name, why: problem ?? 'its version is not known'})
    return version
  }

  async #ask({spec, env, settings: section, signal}: OutlineRequest, version: Version, leftUsd: number) {
    const {processes, schemas, clock} = this.#ports
    const own = settingsOf(section)
    const settings = {...own, plannerBudgetUsd: Math.min(own.plannerBudgetUsd, leftUsd)}
    // A folder of its own: in the repository its CLAUDE.md and settings would speak too, and print mode asks for no trust.
    const folder = await mkdtemp(join(tmpdir(), 'orch-plan-'))
    try {
      const settingsFile = join(folder, 'settings.json')
      await writeFile(settingsFile, JSON.stringify(plannerSettings(settings)), {mode: 0o600})
      const run = await processes.run(settings.binary, plannerArgs(settings, version, settingsFile), {
        cwd: folder,
        env: {...withoutMarks(await withToken(env, settings)), ...settings.env, ...PLANNER_ENVIRONMENT},
        // Never an argument: arguments are seen by every user of the machine, and are too short for it.
        input: spec,
        timeoutMs: ATTEMPT_TIMEOUT_MS,
        ...(signal ? {signal} : {}),
      })
      signal?.throwIfAborted()
      return readAttempt(run, schemas, clock.now())
    } finally {
      await rm(folder, {recursive: true, force: true})
    }
  }
}
