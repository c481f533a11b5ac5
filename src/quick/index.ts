import {visibleBesideColours} from '@orch/plugin-kit'
import {readLoaded} from '../adapters/loaded-files.js'
import {connect} from '../rpc/client.js'
import {dataFolder} from './data-folder.js'
import {isQuick, type QuickName} from './names.js'
import type {QuickCommand, QuickPlace} from './quick-command.js'

const COMMANDS: Readonly<Record<QuickName, () => Promise<(args: string[], place: QuickPlace) => QuickCommand | null>>> = {
  done: async () => (await import('./done.js')).quickDone,
  messages: async () => (await import('./messages.js')).quickMessages,
  send: async () => (await import('./send.js')).quickSend,
  status: async () => (await import('./status.js')).quickStatus,
}

/**
 * Runs a command without oclif, which takes five times as long to load as Node itself (ADR 18).
 * Only while a supervisor's record says that the required plugin, and all the others, are what they were when it was loaded.
 * @param argv what was typed after the program's name
 * @param root of this orch
 * @returns whether it was done; false when the command has to do it
 * @throws the OrchError the supervisor answered with
 */
export async function runQuickly(argv: readonly string[], root: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const started = performance.now()
  const dataDir = dataFolder(env)
  const loaded = readLoaded(dataDir, root)
  const command = loaded && (await parsed(argv, {dataDir, env, cwd: process.cwd()}))
  if (!loaded || !command) return false
  const {version, plugins} = loaded
  const answer = await command.run(connect({root, dataDir, version, plugins, env}))
  if (!answer) return false
  if (command.json) print(JSON.stringify({data: answer.data, meta: {version, tookMs: Math.round(performance.now() - started)}}))
  else print(visibleBesideColours(answer.lines().join('\n')))
  return true
}

/** @returns null for what this cannot, or should not, do: the command says what is wrong with it */
async function parsed([name, ...args]: readonly string[], place: QuickPlace): Promise<QuickCommand | null> {
  if (!isQuick(name)) return null
  const parse = await COMMANDS[name]()
  try {
    return parse(args, place)
  } catch {
    return null
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
