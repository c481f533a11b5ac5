import {PERMISSION_OPTIONS} from '../words.js'
import type {StepArguments, StepKind} from '../script/script.js'
import type {Git} from './git.js'
import type {OrchCli} from './orch-cli.js'
import {run, type Finished} from './processes.js'
import type {Stage} from './stage.js'
import {writeInside} from './worktree-files.js'

/** Steps that are simply done; the others steer the script and belong to the ScriptRunner. */
export type ActionKind = Exclude<StepKind, 'expect' | 'limit' | 'repair'>
export type Actions = {readonly [K in ActionKind]: (args: StepArguments[K], signal: AbortSignal) => Promise<void>}

export interface ActionParts {
  readonly stage: Stage
  readonly worktree: string
  readonly git: Git
  readonly orch: OrchCli
  /** Delays of `think` are divided by this; 0: none. */
  readonly speed: number
}

/** How long a thought takes that does not say. */
const THOUGHT_MS = 500
/** Lines of a program's output that are shown. */
const SHOWN_LINES = 6

/** What each step does. An action that cannot be done throws, saying why. */
export function makeActions({stage, worktree, git, orch, speed}: ActionParts): Actions {
  const write = async (path: string, content: string, mode: 'replace' | 'append') => {
    await writeInside(worktree, path, content, mode)
    stage.log(`● ${mode === 'append' ? 'Append to' : 'Write'} ${path} (${content.split('\n').length - 1} lines)`)
  }
  const show = ({output}: Finished) => {
    const lines = output.split('\n').filter((line) => line.trim() !== '')
    if (lines.length > 0) stage.log(`  ⎿ ${lines.slice(-SHOWN_LINES).join('\n    ')}`)
  }
  return {
    think: async ({text, ms = THOUGHT_MS}, signal) => {
      stage.log(`✻ ${text}`)
      if (speed > 0) await stage.sleep(ms / speed, signal)
    },
    say: async ({text}) => stage.say(text),
    write: ({path, content}) => write(path, content, 'replace'),
    append: ({path, content}) => write(path, content, 'append'),
    run: async ({argv}, signal) => {
      stage.log(`● Run ${argv.join(' ')}`)
      const finished = await run(argv, {cwd: worktree, signal})
      show(finished)
      if (finished.code !== 0) throw new Error(`${argv.join(' ')} ended with ${finished.code ?? finished.signal}`)
    },
    commit: async ({message, all, paths}, signal) => {
      stage.log(`● Commit ${JSON.stringify(message)}`)
      show({code: 0, signal: null, output: await git.commit(message, all === true ? null : (paths ?? null), signal)})
    },
    send: async ({to, text}, signal) => {
      stage.log(`● Send to ${to}: ${text}`)
      show(await orch.send(to, text, signal))
    },
    ask: async ({to, question, timeout}, signal) => {
      stage.log(`● Ask ${to}: ${question}`)
      show(await orch.ask(to, question, timeout, signal))
    },
    done: async ({message, evidence}, signal) => {
      stage.say(`I claim to be done: ${message}`)
      show(await orch.done(message, evidence, signal))
    },
    fail: async ({reason}, signal) => {
      stage.say(`I cannot do it: ${reason}`)
      show(await orch.fail(reason, signal))
    },
    dialog: async ({text, tool = 'Bash'}, signal) => {
      stage.report('PermissionRequest', {tool_name: tool, tool_input: {description: text}, permission_suggestions: []})
      const question = {title: `Permission request: ${tool}`, body: text.split('\n'), options: PERMISSION_OPTIONS, highlighted: 0}
      const chosen = await stage.choose(question, signal)
      stage.log(`  ⎿ ${PERMISSION_OPTIONS[chosen]}`)
      if (chosen !== 0) throw new Error(`permission denied: ${text}`)
    },
    crash: async ({signal = null, code = 1}) => stage.crash({signal, code}),
    hang: async ({ms}) => stage.hang(ms),
    exit: async ({code = 0}) => stage.leave(code),
  }
}
