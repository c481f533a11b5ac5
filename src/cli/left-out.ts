import type {Interfaces} from '@oclif/core'
import {pluginDigest} from '@orch/plugin-kit/command'
import {unloadedPlugins} from '../adapters/installed-plugins.js'
import {PluginFaults} from '../adapters/plugin-faults.js'
import {connect} from '../rpc/client.js'

/** Milliseconds a supervisor has for its answer. */
const ANSWER_MS = 5_000

/** Warns of the plugins that orch does without. On standard error, so that --json stays what it is. */
export async function warnOfLeftOut(config: Interfaces.Config): Promise<void> {
  const {root, dataDir, version} = config
  const listed = await connect({root, dataDir, version, plugins: pluginDigest(config.plugins.values()), env: process.env})
    .peek<{leftOut?: {plugin: string; why: string; loaded: boolean}[]}>('hooks.list', {}, {timeoutMs: ANSWER_MS})
    .catch(() => null)
  const known = () => [...new PluginFaults(dataDir).disabled(), ...unloadedPlugins(config)]
  for (const {plugin, why} of listed?.leftOut?.filter(({loaded}) => !loaded) ?? known())
    process.stderr.write(`! ${plugin} is left out: it ${why}. To take it back in: orch plugin enable ${plugin}\n`)
}
