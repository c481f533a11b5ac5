import {parseArgs} from 'node:util'
import {readLoaded} from '../adapters/loaded-files.js'
import {connect} from '../rpc/client.js'
import {dataFolder} from './data-folder.js'
import {printReceipts, sendRequest, type Receipt, type SendOptions} from '../view/send.js'

/** Flags of `orch send` that need nothing but their words. Any other, and any mistake, is left to the command itself. */
const OPTIONS = {
  json: {type: 'boolean'},
  command: {type: 'boolean'},
  priority: {type: 'string'},
  project: {type: 'string'},
  'reply-to': {type: 'string'},
} as const
const PRIORITIES = ['low', 'normal', 'high', 'urgent']

/**
 * `orch send ROLE TEXT…` without oclif, which takes five times as long to load as Node itself: agents send often (ADR 18).
 * Only while a supervisor's record says that the required plugin, and all the others, are what they were when it was loaded.
 * @param argv what was typed after the program's name
 * @param root of this orch
 * @param env of the process
 * @returns whether it was sent; false when the command has to do it
 * @throws the OrchError the supervisor answered with
 */
export async function sendQuickly(argv: readonly string[], root: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const started = performance.now()
  const request = parse(argv)
  if (!request) return false
  const dataDir = dataFolder(env)
  const loaded = readLoaded(dataDir, root)
  if (!loaded) return false
  const {version, plugins} = loaded
  const client = connect({root, dataDir, version, plugins, env})
  const receipts = await client.call<Receipt[]>('message.send', sendRequest(request.letter), {idempotent: true})
  if (request.json) printJson(receipts.length === 1 ? receipts[0] : receipts, version, started)
  else printReceipts(receipts, (line) => process.stdout.write(`${line}\n`))
  return true
}

/** @returns null for what this cannot, or should not, do */
function parse(argv: readonly string[]): {letter: SendOptions; json: boolean} | null {
  if (argv[0] !== 'send') return null
  try {
    const {values, positionals} = parseArgs({args: argv.slice(1), options: OPTIONS, allowPositionals: true})
    const [to, ...words] = positionals
    const {json = false, command, priority, project, 'reply-to': replyTo} = values
    const isStandardInput = words.length === 1 && words[0] === '-'
    if (to === undefined || words.length === 0 || isStandardInput || (priority !== undefined && !PRIORITIES.includes(priority))) return null
    return {letter: {to, text: words.join(' '), command, priority, project, replyTo}, json}
  } catch {
    return null
  }
}

function printJson(data: unknown, version: string, started: number): void {
  process.stdout.write(`${JSON.stringify({data, meta: {version, tookMs: Math.round(performance.now() - started)}})}\n`)
}
