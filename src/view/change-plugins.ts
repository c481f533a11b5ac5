import type {SupervisorClient} from '@orch/plugin-kit/command'
import {PluginFaults} from '../adapters/plugin-faults.js'
import type {Suppose} from '../rpc/try-plugins.js'
import {tryBeside} from './replace-running.js'
import {stopRunning} from './stop-running.js'

type Config = Parameters<typeof tryBeside>[0]['config']

interface ChangeRequest {
  readonly client: SupervisorClient
  readonly config: Config
  readonly plugin: string
  /** What the change comes to. */
  readonly suppose: Suppose
  /** Makes it. */
  readonly change: (faults: PluginFaults) => unknown
}

/**
 * Changes what is on record of a plugin, with the supervisor stopped meanwhile: it writes that record too. One that had work is started again.
 * @returns what is said of the plugin when it is left out afterwards; null when it is not, or when no supervisor runs
 * @throws what a supervisor with that change would refuse to start with; the one that runs goes on then
 */
export async function changePlugins({client, config, plugin, suppose, change}: ChangeRequest): Promise<string | null> {
  const trial = await tryBeside({client, config, suppose})
  const why = trial?.plugins.find(({name}) => name === plugin)?.why ?? null
  // What it did in the trial it would do to the next supervisor, if that were forgotten.
  const isHarmful = why !== null && suppose.disabled === undefined && !trial?.leftOut.some((left) => left.plugin === plugin)
  if (isHarmful) return `the plugin ${plugin} is left out: it ${why}`
  const {how} = await stopRunning(client, config, {isForNext: true})
  change(new PluginFaults(config.dataDir))
  if (how === 'none') return null
  const {needsYou} = await client.call<{needsYou: readonly {readonly what: string}[]}>('status.get')
  return needsYou.find(({what}) => what.startsWith(`the plugin ${plugin} is left out`))?.what ?? null
}
