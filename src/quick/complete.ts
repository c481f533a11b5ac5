import {completionLines} from '../completion/answer.js'
import {cacheFolder, keptIndex} from '../completion/kept-index.js'
import {dataFolder} from './data-folder.js'

/**
 * `orch complete` without oclif: a key press is not to wait for that. Only while the commands are what they were when their index was made.
 * @param argv what was typed after the program's name
 * @returns whether it was answered; false when the command has to do it, which makes the index
 */
export function completeQuickly(argv: readonly string[], root: string, env: NodeJS.ProcessEnv): boolean {
  const index = keptIndex(cacheFolder(env), root)
  if (!index) return false
  for (const line of completionLines(index, argv.slice(1), dataFolder(env), env)) process.stdout.write(`${line}\n`)
  return true
}
