import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {transcriptPath, type PlayerConfig} from '../player-config.js'
import {HEADER, REFUSALS, START_DIALOGS, type StartDialog} from '../words.js'
import type {Script} from '../script/script.js'
import {makeActions} from './actions.js'
import {Composer, type ComposerAction} from './composer.js'
import {Conversation} from './conversation.js'
import {crash, hang} from './faults.js'
import {Git} from './git.js'
import {HookSender} from './hook-sender.js'
import {Keyboard} from './keyboard.js'
import {OrchCli} from './orch-cli.js'
import {newProgress, ProgressFile} from './progress.js'
import {repair} from './repair.js'
import {Screen} from './screen.js'
import {ScriptRunner} from './script-runner.js'
import type {Stage} from './stage.js'
import {TerminalUi} from './terminal-ui.js'
import {Transcript} from './transcript.js'

/** Reports that are still under way when it ends get this long, in milliseconds; Claude Code gives 1,500. */
const FAREWELL_MS = 3_000
/** A second Ctrl-C within this many milliseconds ends it. */
const TWICE_MS = 2_000

/** One run of a rehearsal agent: start, dialogs, then turn after turn. */
export class Player {
  readonly #config: PlayerConfig
  readonly #screen = new Screen(process.stdout)
  readonly #keyboard = new Keyboard(process.stdin)
  readonly #ui: TerminalUi
  readonly #hooks: HookSender
  readonly #transcript: Transcript
  readonly #conversation: Conversation
  #interrupt = new AbortController()
  #ctrlCAt = -Infinity
  #inputEnded = false
  #leaving = false

  constructor(config: PlayerConfig) {
    this.#config = config
    this.#transcript = new Transcript(transcriptPath(config.directory, config.conversation), config.conversation, config.worktree)
    this.#hooks = new HookSender({
      command: config.hookCommand,
      common: {
        session_id: config.conversation,
        transcript_path: this.#transcript.path,
        cwd: process.cwd(),
        permission_mode: 'bypassPermissions',
      },
      cwd: config.worktree,
      delayMs: config.options.faults.hookDelayMs,
      ignore: config.options.faults.ignoreHooks,
    })
    this.#conversation = new Conversation(this.#transcript, this.#hooks, () => this.#ui.redraw())
    this.#ui = new TerminalUi({
      screen: this.#screen,
      composer: new Composer(config.options.faults.swallowEnters),
      activity: () => this.#conversation,
      label: config.role,
      onAction: (action) => this.#onAction(action),
    })
  }

  /** Plays until it is ended. @param script what it plays */
  async play(script: Script): Promise<never> {
    const {options, resume, firstPrompt} = this.#config
    this.#introduce(script)
    if (options.startDelayMs > 0) await sleep(options.startDelayMs)
    if (options.faults.crashAtStart) crash({signal: options.faults.signal, code: options.faults.exitCode})
    this.#refuseWrongConversation()
    this.#listen()
    await this.#startDialogs()
    this.#keyboard.swallow(options.swallowKeysMs)
    this.#transcript.create()
    this.#ui.showComposer()
    this.#hooks.send('SessionStart', {source: resume ? 'resume' : 'startup'})
    if (firstPrompt !== null) this.#submit(firstPrompt)
    return this.#turns(this.#makeRunner(script))
  }

  #introduce({file, steps}: Script): void {
    const {role, project, options, worktree} = this.#config
    const what = file === '' ? 'no script: it writes notes and implements nothing' : `script ${file} (${steps.length} steps)`
    const lines = [HEADER, `role ${role} · project ${project.name} · speed ${options.speed}`, what, `worktree ${worktree}`]
    this.#ui.log(`${lines.map((line) => `│ ${line}`).join('\n')}\n`)
  }

  /** The two refusals of Claude Code that orch must never cause. */
  #refuseWrongConversation(): void {
    const {conversation, resume} = this.#config
    if (resume === this.#transcript.exists) return
    this.#ui.log(REFUSALS[resume ? 'missing' : 'exists'](conversation))
    process.exit(1)
  }

  #listen(): void {
    this.#screen.open()
    // The reader of the screen may go away first.
    process.stdout.on('error', () => {})
    process.stdout.on('resize', () => this.#ui.redraw())
    for (const [signal, code] of [
      ['SIGHUP', 129],
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.on(signal, () => void this.#leave(code, 'other'))
    }
    this.#keyboard.open(
      (key) => this.#ui.press(key),
      () => {
        this.#inputEnded = true
        if (!this.#conversation.busy) void this.#leave(0, 'prompt_input_exit')
      },
    )
  }

  async #startDialogs(): Promise<void> {
    for (const name of ['trust', 'bypass', 'mcp'] as const satisfies readonly StartDialog[]) {
      if (!this.#config.options.dialogs[name]) continue
      const {title, body, options, highlighted, accepts} = START_DIALOGS[name]
      const shown = name === 'trust' ? [this.#config.worktree, ...body] : body
      const chosen = await this.#ui.choose({title, body: shown, options, highlighted, escape: highlighted})
      this.#ui.log(`  ⎿ ${options[chosen]}`)
      if (chosen !== accepts && name !== 'mcp') await this.#leave(1, 'other')
    }
  }

  #makeRunner(script: Script): ScriptRunner {
    const {worktree, role, options, directory, resume, firstPrompt} = this.#config
    const stage = this.#stage()
    const git = new Git(worktree, role)
    const actions = makeActions({stage, worktree, git, orch: new OrchCli(worktree, stage), speed: options.speed})
    const file = new ProgressFile(path.join(directory, 'rehearsal-progress.json'))
    return new ScriptRunner({
      script,
      progress: resume ? file.load() : newProgress(),
      save: (progress) => file.save(progress),
      actions,
      repair: (progress, reason, signal) => repair({stage, git, actions}, progress, reason, signal),
      stage,
      faults: options.faults,
      firstPrompt,
      takeQueued: () => this.#conversation.takeQueued(),
      wakeAfter: (ms) => void setTimeout(() => this.#conversation.wake(), ms).unref(),
    })
  }

  #stage(): Stage {
    const say = (text: string) => {
      this.#ui.log(`● ${text}`)
      this.#conversation.say(text)
    }
    return {
      log: (text) => this.#ui.log(text),
      say,
      choose: (dialog, signal) => this.#ui.choose(dialog, signal),
      report: (event, payload) => this.#hooks.send(event, payload),
      leave: (code) => this.#leave(code, 'other'),
      crash: async (how) => {
        await this.#hooks.drain(FAREWELL_MS)
        crash(how)
      },
      hang: async (ms) => {
        await this.#hooks.drain(FAREWELL_MS)
        this.#ui.log('● Hangs: nothing is read or answered from here on')
        hang(ms)
      },
      sleep: async (ms, signal) => sleep(ms, undefined, {signal}),
      now: () => Date.now(),
    }
  }

  async #turns(runner: ScriptRunner): Promise<never> {
    for (;;) {
      const prompt = await this.#conversation.nextTurn()
      this.#interrupt = new AbortController()
      const end = await runner.turn(prompt, this.#interrupt.signal)
      if (end.how === 'interrupted') this.#ui.log('  ⎿ Interrupted')
      this.#conversation.endTurn(end)
      if (this.#inputEnded && !this.#conversation.busy) await this.#leave(0, 'prompt_input_exit')
    }
  }

  #onAction(action: NonNullable<ComposerAction>): void {
    if (action.action === 'submit') this.#submit(action.text)
    else {
      if (this.#conversation.busy) this.#interrupt.abort(new Error('interrupted'))
      if (action.action === 'leave') this.#leaveWhenTwice()
    }
  }

  #submit(text: string): void {
    if (text === '/exit' || text === '/quit') void this.#leave(0, 'prompt_input_exit')
    else if (text === '/clear') this.#restart('clear')
    else if (text === '/compact') this.#restart('compact')
    else {
      this.#ui.log(`> ${text}`)
      this.#conversation.submit(text)
    }
  }

  /** The conversation's identity stays, as there is nothing to forget; only the reports are Claude Code's. */
  #restart(source: 'clear' | 'compact'): void {
    if (source === 'clear') {
      this.#screen.clear()
      this.#hooks.send('SessionEnd', {reason: 'clear'})
    }
    this.#hooks.send('SessionStart', {source})
    this.#ui.log(source === 'clear' ? HEADER : '● Nothing to compact: a script needs no context.')
  }

  #leaveWhenTwice(): void {
    const now = performance.now()
    if (now - this.#ctrlCAt < TWICE_MS) void this.#leave(0, 'prompt_input_exit')
    this.#ctrlCAt = now
    this.#ui.hint('Press Ctrl-C again to exit')
    setTimeout(() => this.#ui.hint(null), TWICE_MS).unref()
  }

  async #leave(code: number, reason: string): Promise<never> {
    if (!this.#leaving) {
      this.#leaving = true
      this.#hooks.send('SessionEnd', {reason})
      this.#screen.close()
      await this.#hooks.drain(FAREWELL_MS)
      process.exit(code)
    }
    return new Promise<never>(() => {})
  }
}
