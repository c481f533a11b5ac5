import {join} from 'node:path'
import {Plugin, type Config, type Interfaces} from '@oclif/core'
import {messageOf} from '@orch/plugin-kit'
import {shellWord} from '../domain/shell-word.js'
import {readRegularSync} from './read-regular-sync.js'

/** Bytes of a package.json at most. */
const LONGEST = 1_000_000

export interface UnusablePlugin {
  readonly plugin: string
  /** A clause that begins with a verb. */
  readonly why: string
}

/** Plugins that a person installed or linked, and that oclif could not load at all. */
export function unloadedPlugins({dataDir, plugins}: Pick<Interfaces.Config, 'dataDir' | 'plugins'>): UnusablePlugin[] {
  return installedPlugins(dataDir)
    .filter(({name}) => !plugins.has(name))
    .map(({name, root}) => ({plugin: name, why: whyUnloaded(name, root)}))
}

/** Whether orch can do without a plugin that comes with it: its package.json says so (`"orch": {"optional": true}`). */
export function isOptional({type, pjson}: Pick<Interfaces.Plugin, 'type' | 'pjson'>): boolean {
  return type !== 'core' || (pjson as {orch?: {optional?: unknown}}).orch?.optional === true
}

/**
 * Gives plugins that come with orch their names back: oclif lets an installed or linked plugin of the same name replace them.
 * @param config its plugins are put right
 * @param except a name that is left as it is
 * @returns those that had taken such a name
 */
export async function restoreOwnPlugins(config: Config, except: string): Promise<UnusablePlugin[]> {
  const names = (config.pjson.oclif.plugins ?? []).filter((name) => name !== except)
  const taken = names.flatMap((name) => {
    const plugin = config.plugins.get(name)
    return plugin && plugin.type !== 'core' ? [plugin] : []
  })
  for (const {name} of taken) {
    const own = new Plugin({name, root: config.root, type: 'core'})
    await own.load()
    config.plugins.set(name, own)
  }
  return taken.map(({name, root}) => ({plugin: name, why: `has the name of a plugin that comes with orch, and is not it (${root})`}))
}

interface Entry {
  readonly name: string
  readonly root: string
  readonly type: 'link' | 'user'
}

/** What @oclif/plugin-plugins keeps: `oclif.plugins` of the package.json in the data directory. */
export function installedPlugins(dataDir: string): Entry[] {
  try {
    const {oclif} = JSON.parse(readRegularSync(join(dataDir, 'package.json'), LONGEST)) as {oclif?: {plugins?: unknown}}
    const entries = Array.isArray(oclif?.plugins) ? (oclif.plugins as unknown[]) : []
    return entries.flatMap((entry) => {
      const {name, root, type} = (typeof entry === 'string' ? {name: entry} : (entry ?? {})) as {
        name?: unknown
        root?: unknown
        type?: unknown
      }
      if (typeof name !== 'string') return []
      const folder = typeof root === 'string' ? root : join(dataDir, 'node_modules', name)
      return [{name, root: folder, type: type === 'link' ? 'link' : 'user'}]
    })
  } catch {
    return []
  }
}

function whyUnloaded(name: string, root: string): string {
  const file = join(root, 'package.json')
  try {
    const {name: now} = JSON.parse(readRegularSync(file, LONGEST)) as {name?: unknown}
    return now === name
      ? `cannot be loaded from ${root} within 5 s: orch plugin check ${shellWord(root)} says why`
      : `is called ${String(now)} by now in ${file}`
  } catch (error) {
    return `cannot be read: ${messageOf(error).split('\n')[0]} (${file})`
  }
}
