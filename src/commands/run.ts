import {realpath} from 'node:fs/promises'
import {resolve} from 'node:path'
import {Flags, type Interfaces} from '@oclif/core'
import {EXIT, OrchError} from '@orch/plugin-kit'
import {OrchCommand, type SupervisorClient} from '@orch/plugin-kit/command'
import type {Outcome} from '../services/outcome.js'
import type {PlannedRun, RunRequest} from '../services/intake.js'
import type {Status} from '../services/status.js'
import {askApproval} from '../view/approve.js'
import {follow, type Followed} from '../view/follow.js'
import {makePlan} from '../view/make-plan.js'
import {parseDuration} from '../view/parse-duration.js'
import {planLines} from '../view/plan-view.js'
import {PLAN_FLAGS, RUN_ARGS, toRunRequest} from '../view/run-flags.js'
import {outcomeLines} from '../view/outcome-view.js'

type RunFlags = Interfaces.InferredFlags<typeof Run.flags>
type Consent = {readonly by: 'person' | 'flag'; readonly trust: boolean}

export default class Run extends OrchCommand {
  static override description = `Plan a specification, show the plan, and have a team work on it to a verified merge.

In a terminal it follows to the end: Ctrl-C detaches and stops nothing. Without one it returns when the team is ready, unless --wait.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> spec.md',
    '<%= config.bin %> <%= command.id %> spec.md --project ../repo --accept "npm test" --yes --wait --json',
    '<%= config.bin %> <%= command.id %> spec.md --agent rehearsal --roles developer,tester',
  ]

  static override args = RUN_ARGS
  static override flags = {
    ...PLAN_FLAGS,
    yes: Flags.boolean({
      default: false,
      char: 'y',
      description: 'Approve the plan. Covers commands from flags and your own configuration only.',
    }),
    'init-commit': Flags.boolean({default: false, description: 'Make an empty first commit in a repository that has none.'}),
    resume: Flags.boolean({default: false, description: 'Take up the unfinished project of this specification instead of a new one.'}),
    wait: Flags.boolean({
      default: false,
      description: 'Wait for the outcome; it is the exit code: 0 completed, 1 failed or blocked, 75 still waiting, 130 cancelled.',
    }),
    detach: Flags.boolean({default: false, description: 'Return when the team is ready, in a terminal too.', exclusive: ['wait']}),
    timeout: Flags.string({description: 'Stop waiting after this time (90s, 30m, 2h); the project goes on.', helpValue: 'TIME'}),
    'stop-on-exit': Flags.boolean({default: false, description: 'Stop the project when this command ends before it does.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Run)
    const timeoutMs = flags.timeout === undefined ? null : parseDuration(flags.timeout, '--timeout')
    const client = await this.supervisor()
    const project = flags.resume ? await this.#takeUp(client, args.spec) : await this.#begin(client, args.spec, flags)
    if (project === null) return
    const wait = flags.wait || (!flags.detach && !this.wantsJson && process.stderr.isTTY === true && process.stdin.isTTY === true)
    await this.#follow(client, project, {wait, strict: flags.wait, timeoutMs, stopOnExit: flags['stop-on-exit']})
  }

  /** @returns the id of the new project; null when nothing was started */
  async #begin(client: SupervisorClient, spec: string, flags: RunFlags): Promise<string | null> {
    const request = toRunRequest(spec, flags, process.cwd(), process.env, true)
    const planned = await makePlan(client, request, (line) => this.#tell(line))
    if (!this.wantsJson) process.stderr.write(`${planLines(planned).join('\n')}\n\n`)
    const consent = flags.yes ? {by: 'flag' as const, trust: flags['trust-project']} : await this.#approve(planned)
    return consent && (await this.#start(client, request, planned, consent, flags)).id
  }

  /** The unfinished project of a specification, going on where it was set aside. */
  async #takeUp(client: SupervisorClient, spec: string): Promise<string> {
    const path = await realpath(spec).catch(() => resolve(spec))
    const {projects} = await client.call<Status>('status.get')
    const unfinished = projects.filter((project) => project.spec === path && project.finishedAt === null)
    const [found, ...others] = unfinished
    if (!found) throw new OrchError('ORCH_NOT_FOUND', {what: 'unfinished project of', name: path})
    if (others.length > 0)
      throw new OrchError('ORCH_AMBIGUOUS', {
        what: 'unfinished project',
        name: path,
        matches: unfinished.map(({id}) => `orch resume ${id}`),
      })
    await client.call('project.resume', {project: found.id})
    return found.id
  }

  #tell(line: string): void {
    if (!this.wantsJson) process.stderr.write(`${line}\n`)
  }

  /** @returns null when nothing is to be started; the exit code is set then */
  async #approve(planned: PlannedRun): Promise<Consent | null> {
    if (!process.stdin.isTTY || this.wantsJson) throw new OrchError('ORCH_PLAN_NOT_APPROVED', {planFile: planned.planFile})
    const answer = await askApproval(!planned.trusted)
    if (answer === 'yes' || answer === 'trust') return {by: 'person', trust: answer === 'trust'}
    process.stderr.write(`\nNothing was started. The plan is kept: ${planned.planFile}\n`)
    process.exitCode = answer === 'interrupted' ? EXIT.interrupted : EXIT.ok
    return null
  }

  async #start(
    client: SupervisorClient,
    request: RunRequest,
    planned: PlannedRun,
    consent: Consent,
    flags: {readonly 'init-commit': boolean; readonly 'stop-on-exit': boolean},
  ): Promise<{id: string; warnings: string[]}> {
    const project = await client.call<{id: string; warnings: string[]}>(
      'project.start',
      {
        request: {...request, planFile: planned.planFile, trustProject: request.trustProject || consent.trust},
        approval: {by: consent.by, initCommit: flags['init-commit'], stopOnExit: flags['stop-on-exit']},
      },
      {idempotent: true},
    )
    for (const warning of project.warnings) this.#tell(`! ${warning}`)
    return project
  }

  async #follow(
    client: SupervisorClient,
    project: string,
    request: {wait: boolean; strict: boolean; timeoutMs: number | null; stopOnExit: boolean},
  ): Promise<void> {
    const {openProgress} = await import('../view/progress.js')
    const detach = new AbortController()
    const onInterrupt = (): void => detach.abort()
    process.once('SIGINT', onInterrupt)
    process.once('SIGTERM', onInterrupt)
    const progress = this.wantsJson ? {show: () => {}, end: () => {}} : openProgress(process.stderr)
    const attended = process.stderr.isTTY === true && !this.wantsJson
    const followed = await follow(client, progress, {
      project,
      until: request.wait ? 'end' : 'ready',
      attended,
      timeoutMs: request.timeoutMs,
      signal: detach.signal,
    })
    progress.end()
    if (followed.why !== 'reached' && request.stopOnExit) await client.call('project.stop', {project, why: 'its command ended'})
    this.#conclude(followed, request)
  }

  #conclude({outcome, why}: Followed, {wait, strict}: {wait: boolean; strict: boolean}): void {
    const exit = why === 'detached' ? (strict ? EXIT.interrupted : EXIT.ok) : why === 'timeout' ? EXIT.tryLater : exitOf(outcome, wait)
    // The outcome itself is the answer: `--wait --json` prints it whatever the exit code.
    this.answer(outcome, () => {
      if (why === 'detached') this.log(`Detached; the team works on. Look: orch status ${outcome.id}`)
      else this.log(outcomeLines(outcome).join('\n'))
    })
    process.exitCode = exit
  }
}

function exitOf({state}: Outcome, wait: boolean): number {
  if (state === 'blocked' || state === 'failed') return EXIT.failed
  if (state === 'cancelled') return EXIT.interrupted
  if (!wait || state === 'completed') return EXIT.ok
  return EXIT.tryLater
}
