import {Config, Plugin} from '@oclif/core'
import {installedPlugins} from './installed-plugins.js'
import {timeLimit} from './time-limit.js'

/** Milliseconds for loading all plugins, and then for each that may be why that takes so long; what it imported by then is remembered. */
const ALL_MS = 5_000
const EACH_MS = 500

/**
 * Loads oclif's configuration. It imports the commands of plugins to list them, and one of those may never be done: such a plugin is not loaded.
 * @param root of orch
 */
export async function loadOclif(root: string): Promise<Config> {
  const config = await timeLimit(ALL_MS, Config.load({root}), null)
  if (config) return config
  const own = await Config.load({root, userPlugins: false})
  const others = await Promise.all(installedPlugins(own.dataDir).map(loadedInTime))
  // The last one has the name. oclif prefers what was installed; orch gives its own their names back.
  const plugins = [...own.plugins.values(), ...others.flat()].map((plugin) => [plugin.name, plugin] as const)
  return Config.load({root, plugins: new Map(plugins)})
}

async function loadedInTime({name, root, type}: {name: string; root: string; type: 'link' | 'user'}): Promise<Plugin[]> {
  const plugin = new Plugin({name, root, type})
  const loading = plugin.load().then(
    () => [plugin],
    () => [],
  )
  return timeLimit(EACH_MS, loading, [])
}
