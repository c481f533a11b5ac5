import type {Faults} from '../options.js'
import {limitText} from '../words.js'
import type {Script, Step, StepArguments} from '../script/script.js'
import type {ActionKind, Actions} from './actions.js'
import type {TurnEnd} from './conversation.js'
import {isRejection, matches} from './inbox.js'
import type {ListName, Progress} from './progress.js'
import type {Stage} from './stage.js'

/** An `expect` without a time of its own gives up after this. */
const EXPECT_TIMEOUT_MS = 300_000

export interface ScriptRunnerParts {
  readonly script: Script
  readonly progress: Progress
  readonly save: (progress: Progress) => void
  readonly actions: Actions
  readonly repair: (progress: Progress, reason: string, signal: AbortSignal) => Promise<void>
  readonly stage: Stage
  readonly faults: Faults
  /** Not a message of the team: it starts the work. */
  readonly firstPrompt: string | null
  /** Messages that came during a step, taken into the conversation. */
  readonly takeQueued: () => string[]
  /** Begins a turn after so many milliseconds, if none goes on. */
  readonly wakeAfter: (ms: number) => void
}

/** Plays a script, turn by turn. Every turn begins with a prompt and ends when the script does, waits for a message, or is limited. */
export class ScriptRunner {
  readonly #parts: ScriptRunnerParts
  readonly #lists: Readonly<Record<ListName, readonly Step[]>>
  readonly #progress: Progress
  #reason = ''

  constructor(parts: ScriptRunnerParts) {
    this.#parts = parts
    this.#progress = parts.progress
    this.#lists = {steps: parts.script.steps, onRejected: parts.script.onRejected ?? [{kind: 'repair', args: {}, line: null}]}
  }

  /**
   * Plays on.
   * @param prompt what began the turn; null when it was woken
   * @param signal a person's interruption: the step is broken off and played again in the next turn
   */
  async turn(prompt: string | null, signal: AbortSignal): Promise<TurnEnd> {
    if (prompt !== null) this.#receive(prompt)
    let last = 'Received. There is nothing left to do.'
    for (;;) {
      const end = this.#limited() ?? (await this.#fault())
      if (end) return end
      this.#takeUpRejection()
      const step = this.#current()
      if (!step) return this.#stopped(last)
      try {
        if (step.kind === 'expect' && !this.#expected(step.args)) return this.#stopped(`Waiting for ${describe(step.args)}.`)
        await this.#play(step, signal)
      } catch (error) {
        if (signal.aborted) return {how: 'interrupted'}
        await this.#failed(step, error as Error, signal)
        last = 'My script ends here. I stay for messages.'
        continue
      }
      this.#advance()
      last = 'That was all. I stay here for messages.'
    }
  }

  #receive(message: string): void {
    if (message !== this.#parts.firstPrompt) {
      const step = this.#current()
      const awaited = step?.kind === 'expect' && matches(step.args, message)
      if (isRejection(message) && !awaited) this.#progress.rejections.push(message)
      else this.#progress.inbox.push(message)
    }
    this.#save()
  }

  #limited(): TurnEnd | null {
    const until = this.#progress.limitedUntil
    if (until === null) return null
    if (this.#parts.stage.now() >= until) {
      this.#progress.limitedUntil = null
      return null
    }
    const text = limitText(until)
    this.#parts.stage.log(`  ⎿ ${text.replace('\n', '\n    ')}`)
    return {how: 'limited', text}
  }

  /** Lets a fault that is due happen. @returns how the turn ends by it */
  async #fault(): Promise<TurnEnd | null> {
    const {faults, stage} = this.#parts
    const due = (name: string, after: number | null) => {
      if (after === null || this.#progress.played < after || this.#progress.fired.includes(name)) return false
      this.#progress.fired.push(name)
      this.#save()
      return true
    }
    if (due('crash', faults.crashAfterStep)) await stage.crash({signal: faults.signal, code: faults.exitCode})
    if (due('hang', faults.hangAfterStep)) await stage.hang(undefined)
    if (due('limit', faults.limitAfterStep)) this.#limit(faults.limitResetsInMs)
    return this.#limited()
  }

  #limit(resetsInMs: number): void {
    this.#progress.limitedUntil = this.#parts.stage.now() + resetsInMs
    this.#save()
  }

  /** A rejected claim comes before the rest of the script, but not into the middle of what is done about the last one. */
  #takeUpRejection(): void {
    if (this.#progress.frames.at(-1)?.list === 'onRejected') return
    const reason = this.#progress.rejections.shift()
    if (reason === undefined) return
    this.#reason = reason
    this.#progress.frames.push({list: 'onRejected', index: 0})
    this.#save()
  }

  #current(): Step | undefined {
    for (;;) {
      const frame = this.#progress.frames.at(-1)
      if (!frame) return undefined
      const step = this.#lists[frame.list][frame.index]
      if (step) return step
      this.#progress.frames.pop()
    }
  }

  /** Takes the awaited message out of the inbox. @returns whether it was there. @throws when it is too late for it */
  #expected(args: StepArguments['expect']): boolean {
    const progress = this.#progress
    const index = progress.inbox.findIndex((message) => matches(args, message))
    if (index >= 0) {
      progress.inbox.splice(index, 1)
      progress.expectUntil = null
      return true
    }
    const now = this.#parts.stage.now()
    progress.expectUntil ??= now + (args.timeoutMs ?? EXPECT_TIMEOUT_MS)
    if (now >= progress.expectUntil) {
      progress.expectUntil = null
      throw new Error(`${describe(args)} did not come`)
    }
    this.#parts.wakeAfter(progress.expectUntil - now)
    this.#save()
    return false
  }

  async #play(step: Step, signal: AbortSignal): Promise<void> {
    if (step.kind === 'expect') this.#parts.stage.log(`● Got ${describe(step.args)}`)
    else if (step.kind === 'limit') this.#limit(step.args.resetsInMs ?? this.#parts.faults.limitResetsInMs)
    else if (step.kind === 'repair') await this.#parts.repair(this.#progress, this.#reason, signal)
    else if (isLast(step.kind)) await this.#playLast(step, signal)
    else await this.#act(step, signal)
  }

  /** The process may not come back from these: a run that takes up the conversation goes on behind them. */
  async #playLast(step: Step, signal: AbortSignal): Promise<void> {
    const frame = this.#progress.frames.at(-1)!
    frame.index++
    this.#save()
    await this.#act(step, signal)
    frame.index--
  }

  async #act(step: Step, signal: AbortSignal): Promise<void> {
    const action = this.#parts.actions[step.kind as ActionKind] as (args: Step['args'], signal: AbortSignal) => Promise<void>
    try {
      await action(step.args, signal)
    } catch (error) {
      if (signal.aborted || !('allowFailure' in step.args && step.args.allowFailure === true)) throw error
      this.#parts.stage.log(`  ⎿ Failed, and may: ${(error as Error).message}`)
    }
  }

  #advance(): void {
    this.#progress.frames.at(-1)!.index++
    this.#progress.played++
    for (const message of this.#parts.takeQueued()) this.#receive(message)
    this.#save()
  }

  /** A step that cannot be done ends the script, and orch is told. */
  async #failed(step: Step, error: Error, signal: AbortSignal): Promise<void> {
    const where = step.line === null ? '' : `, line ${step.line} of the script`
    const reason = `rehearsal: the step ${step.kind}${where} failed: ${error.message}`
    this.#progress.frames = []
    this.#save()
    try {
      await this.#parts.actions.fail({reason}, signal)
    } catch (failure) {
      this.#parts.stage.log(`  ⎿ ${(failure as Error).message}`)
    }
  }

  #stopped(text: string): TurnEnd {
    this.#parts.stage.say(text)
    return {how: 'stopped', text}
  }

  #save(): void {
    this.#parts.save(this.#progress)
  }
}

function isLast(kind: Step['kind']): boolean {
  return kind === 'crash' || kind === 'exit' || kind === 'hang'
}

function describe({from, contains}: StepArguments['expect']): string {
  return `a message${from === undefined ? '' : ` from ${from}`}${contains === undefined ? '' : ` with ${JSON.stringify(contains)}`}`
}
