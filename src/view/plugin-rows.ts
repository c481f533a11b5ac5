import type {Config} from '@oclif/core'
import {PluginFaults} from '../adapters/plugin-faults.js'

export interface PluginRow {
  readonly name: string
  readonly version: string
  /** `core`: comes with orch; `user`: installed; `link`: a folder. */
  readonly type: string
  readonly root: string
  /** Why orch runs without it, as a clause that begins with a verb; null when it does not. */
  readonly leftOut: string | null
}

/** The plugins of this orch, those that come with it first. */
export function pluginRows({plugins, root: own, dataDir}: Pick<Config, 'plugins' | 'root' | 'dataDir'>): PluginRow[] {
  const faults = new PluginFaults(dataDir).disabled()
  return [...plugins.values()]
    .filter(({root}) => root !== own)
    .map(({name, version, type, root}) => ({
      ...{name, version, type, root},
      leftOut: faults.find(({plugin}) => plugin === name)?.why ?? null,
    }))
    .sort((a, b) => Number(b.type === 'core') - Number(a.type === 'core') || a.name.localeCompare(b.name))
}
