import type {Registration} from '@orch/plugin-kit'
import type {LeftOut} from '../../domain/plugin-fault.js'
import {NOTHING, type Contribution, type TriedPlugin} from '../../domain/plugin-trial.js'

/** A plugin as oclif loaded it. */
interface LoadedPlugin {
  readonly name: string
  readonly version: string
  readonly root: string
  readonly hooks: Readonly<Record<string, unknown>>
  readonly commandIDs: readonly string[]
  readonly pjson: object
}

interface Tried {
  readonly plugins: readonly LoadedPlugin[]
  /** Comes with orch. */
  readonly isOwn: (plugin: string) => boolean
  readonly leftOut: readonly LeftOut[]
  readonly registrations: readonly {readonly plugin: string; readonly value: Registration}[]
}

/** What became of each plugin of others, by name, and what it adds. */
export function triedPlugins({plugins, isOwn, leftOut, registrations}: Tried): TriedPlugin[] {
  const own = new Set(plugins.filter(({name}) => isOwn(name)).flatMap(({commandIDs}) => commandIDs))
  const loaded = plugins
    .filter(({name}) => !isOwn(name))
    .map((plugin) => ({
      name: plugin.name,
      version: plugin.version,
      root: plugin.root,
      why: whyOf(leftOut, plugin.name),
      adds: contribution(plugin, registrations.find((each) => each.plugin === plugin.name)?.value),
      notes: notesOn(plugin, own),
    }))
  const unloaded = leftOut
    .filter(({plugin}) => !loaded.some(({name}) => name === plugin))
    .map(({plugin, why}) => ({name: plugin, version: '', root: '', why, adds: NOTHING, notes: []}))
  return [...loaded, ...unloaded].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function whyOf(leftOut: readonly LeftOut[], name: string): string | null {
  return leftOut.find(({plugin, how}) => plugin === name && how !== 'failing')?.why ?? null
}

function contribution({hooks, commandIDs, pjson}: LoadedPlugin, registration: Registration | undefined): Contribution {
  const declared = (pjson as {orch?: {templates?: unknown}}).orch?.templates
  return {
    hooks: Object.keys(hooks).sort(),
    commands: commandIDs.map((id) => id.replaceAll(':', ' ')).sort(),
    capabilities: Object.keys(registration?.capabilities ?? {}).sort(),
    methods: Object.keys(registration?.methods ?? {}).sort(),
    checks: (registration?.checks ?? []).map(({name}) => name),
    watchers: (registration?.watchers ?? []).map(({name}) => name),
    sections: registration?.config ? [registration.config.section] : [],
    templates: [...(typeof declared === 'string' ? [declared] : []), ...(registration?.templates ?? []).map(({name}) => name)],
  }
}

function notesOn({commandIDs, pjson}: LoadedPlugin, own: ReadonlySet<string>): string[] {
  const {peerDependencies = {}} = pjson as {peerDependencies?: object}
  const shadowed = commandIDs.filter((id) => own.has(id)).map((id) => `orch has a command ${id.replaceAll(':', ' ')} itself: that one runs`)
  const peers = Object.keys(peerDependencies).length > 0 ? ['its peerDependencies can break the installation of plugins'] : []
  return [...shadowed, ...peers]
}
