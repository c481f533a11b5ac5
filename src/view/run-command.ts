import {realpath} from 'node:fs/promises'
import {resolve} from 'node:path'
import type {Interfaces} from '@oclif/core'
import {EXIT, OrchError, hasCode, parseDuration} from '@orch/plugin-kit'
import {OrchCommand, type SupervisorClient} from '@orch/plugin-kit/command'
import {askApproval} from './approve.js'
import type {Outcome} from '../services/status/outcome.js'
import {beginProjects, type BeginRequest} from './begin-projects.js'
import {editFile} from '../adapters/editor.js'
import {fitted} from './fit.js'
import {follow, type Followed} from './follow.js'
import {exitOf, worstExit} from './outcome-exit.js'
import {outcomeLines} from './outcome-view.js'
import {parseDeadline} from './parse-deadline.js'
import {parseAmount, toRunRequest, type PlanFlagValues, type START_FLAGS} from './run-flags.js'
import {untilInterrupted} from './until-interrupted.js'

type RunFlags = PlanFlagValues & Interfaces.InferredFlags<typeof START_FLAGS>

interface Settings {
  readonly timeoutMs: number | null
  readonly deadlineAt: number | null
  readonly budgetUsd: number | null
}

interface Following {
  readonly wait: boolean
  /** `--wait` was asked for: leaving before the end is an interruption. */
  readonly strict: boolean
  readonly timeoutMs: number | null
  readonly stopOnExit: boolean
}

/** What `run` and `new` have in common: from specifications to the outcome of their projects. */
export abstract class RunCommand extends OrchCommand {
  /** What flags mean, before anything is done. @throws ORCH_USAGE for what a person mistyped */
  protected settings(flags: RunFlags): Settings {
    return {
      timeoutMs: flags.timeout === undefined ? null : parseDuration(flags.timeout, '--timeout'),
      deadlineAt: flags.deadline === undefined ? null : parseDeadline(flags.deadline, '--deadline', Date.now()),
      budgetUsd: flags['budget-usd'] === undefined ? null : parseAmount(flags['budget-usd'], '--budget-usd'),
    }
  }

  protected async runSpecs(
    specs: readonly string[],
    flags: RunFlags,
    {timeoutMs, ...bounds}: Settings,
    unfinished: BeginRequest['unfinished'],
  ): Promise<void> {
    const paths = await distinct(specs)
    requireOneFor(paths, flags)
    const client = await this.supervisor()
    const canAsk = process.stdin.isTTY === true && !this.wantsJson
    const begun = await beginProjects(client, {
      requests: paths.map((spec) =>
        toRunRequest(spec, flags, process.cwd(), process.env, {needsAgent: true, unverified: flags.unverified, ...bounds}),
      ),
      approved: flags.yes ? 'flag' : null,
      initCommit: flags['init-commit'],
      stopOnExit: flags['stop-on-exit'],
      unfinished,
      ask: canAsk ? askApproval : null,
      edit: editFile,
      tell: (line) => this.tell(line),
    })
    if ('refused' in begun) return this.#nothingStarted(begun.refused, begun.planFiles)
    const isAttended = !flags.detach && !this.wantsJson && process.stderr.isTTY === true && process.stdin.isTTY === true
    const wait = flags.wait || flags['stop-on-exit'] || isAttended
    await this.#follow(client, begun.projects, {wait, strict: flags.wait, timeoutMs, stopOnExit: flags['stop-on-exit']})
  }

  protected tell(line: string): void {
    if (!this.wantsJson) process.stderr.write(`${line}\n`)
  }

  #nothingStarted(why: 'no' | 'interrupted', planFiles: readonly string[]): void {
    process.stderr.write(`\nNothing was started. The plan is kept: ${planFiles.join(', ')}\n`)
    process.exitCode = why === 'interrupted' ? EXIT.interrupted : EXIT.usage
  }

  async #follow(client: SupervisorClient, projects: readonly string[], request: Following): Promise<void> {
    const {openProgress} = await import('./progress.js')
    const {signal, release} = untilInterrupted()
    const progress = openProgress(process.stderr, projects.length, this.wantsJson)
    const followed = await Promise.all(
      projects.map((project) =>
        follow(client, progress, {
          project,
          until: request.wait ? 'end' : 'ready',
          attended: process.stderr.isTTY === true && !this.wantsJson,
          guard: request.stopOnExit,
          timeoutMs: request.timeoutMs,
          signal,
        }),
      ),
    ).finally(() => progress.end())
    // The exit code is that of the outcome before the project is stopped.
    process.exitCode = worstExit(followed.map((one) => exitOfFollowed(one, request)))
    const ended = await Promise.all(followed.map(async (one) => (request.stopOnExit ? stopped(client, one) : one)))
    this.#conclude(await Promise.all(ended.map(async (one) => ({...one, outcome: await measured(client, one.outcome)}))))
    release()
  }

  #conclude(followed: readonly Followed[]): void {
    // The outcome itself is the answer: `--wait --json` prints it whatever the exit code.
    const outcomes = followed.map(({outcome}) => outcome)
    this.answer(outcomes.length === 1 ? outcomes[0] : outcomes, () => {
      for (const {outcome, why} of followed) {
        if (why === 'detached' && exitOf(outcome, true) === EXIT.tryLater)
          this.log(`Detached; the team works on. Look: orch attach ${outcome.id} · orch status ${outcome.id}`)
        else this.log(fitted(outcomeLines(outcome)).join('\n'))
      }
    })
  }
}

function exitOfFollowed({outcome, why}: Followed, {wait, strict}: Following): number {
  if (why === 'timeout') return EXIT.tryLater
  if (why === 'detached') return strict ? EXIT.interrupted : EXIT.ok
  return exitOf(outcome, wait)
}

/** With what the supervisor looks up for a result; one that is gone leaves what was heard last. */
async function measured(client: SupervisorClient, outcome: Outcome): Promise<Outcome> {
  if (outcome.integrationSha === null) return outcome
  return client.call<Outcome>('project.outcome', {project: outcome.id}, {idempotent: true}).catch(() => outcome)
}

/** `--stop-on-exit`: what is left before its end is ended. */
async function stopped(client: SupervisorClient, {why, outcome}: Followed): Promise<Followed> {
  if (outcome.state !== 'blocked' && why === 'reached') return {why, outcome}
  // The supervisor stops it too when the stream ends; the first one does it.
  await client.call('project.stop', {project: outcome.id, why: 'its command ended'}).catch((error: unknown) => {
    if (!hasCode(error, 'ORCH_CLASH')) throw error
  })
  return {why, outcome: await client.call('project.outcome', {project: outcome.id}, {idempotent: true})}
}

/** @throws ORCH_USAGE for one that is named twice */
async function distinct(specs: readonly string[]): Promise<string[]> {
  const paths = await Promise.all(specs.map((spec) => realpath(spec).catch(() => resolve(spec))))
  const twice = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twice === undefined) return specs.map((spec) => resolve(spec))
  throw new OrchError('ORCH_USAGE', {what: `${twice} is named twice.`, hint: 'Name each specification once.'})
}

/** A name and a plan are those of one project. @throws ORCH_USAGE */
function requireOneFor({length}: readonly string[], flags: RunFlags): void {
  const given = (['name', 'plan-file'] as const).find((flag) => flags[flag] !== undefined)
  if (length < 2 || given === undefined) return
  throw new OrchError('ORCH_USAGE', {
    what: `--${given} is for one project, and ${length} specifications are named.`,
    hint: `Leave --${given} out, or run the specifications one by one.`,
  })
}
