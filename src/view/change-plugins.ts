import type {SupervisorClient} from '@orch/plugin-kit/command'
import {PluginFaults} from '../adapters/plugin-faults.js'
import {stopRunning} from './stop-running.js'

/**
 * Changes what is on record of a plugin, with the supervisor stopped meanwhile: it writes that record too. One that had work is started again.
 * @returns what is said of the plugin when it is left out afterwards; null when it is not, or when no supervisor runs
 */
export async function changePlugins(
  client: SupervisorClient,
  config: {readonly dataDir: string; readonly version: string},
  plugin: string,
  change: (faults: PluginFaults) => unknown,
): Promise<string | null> {
  const {how} = await stopRunning(client, config)
  change(new PluginFaults(config.dataDir))
  if (how === 'none') return null
  const {needsYou} = await client.call<{needsYou: readonly {readonly what: string}[]}>('status.get')
  return needsYou.find(({what}) => what.startsWith(`the plugin ${plugin} is left out`))?.what ?? null
}
