import type {Config} from '@oclif/core'
import {unloadedPlugins} from './installed-plugins.js'

/** Printed under each warning of a plugin (oclif, Plugin.addErrorScope). */
const FROM_OCLIF = /^module: @oclif\/core@/m

/**
 * oclif warns of a plugin it cannot load at every command. What concerns plugins of others `orch status` and `orch doctor` say, in fewer words.
 * @returns whether a warning is to be printed
 */
export function wantedWarning(argv: readonly string[], config: Config): (text: string) => boolean {
  if (argv[0] === 'plugins') return () => true
  const own = config.pjson.oclif.plugins ?? []
  const others = [...config.plugins.values()].filter(({type}) => type !== 'core').map(({name}) => name)
  const unloaded = unloadedPlugins(config).length > 0
  return (text) => {
    if (!FROM_OCLIF.test(text) || own.some((name) => text.includes(name))) return true
    // One that is not loaded is often not named.
    return !unloaded && !others.some((name) => text.includes(`plugin: ${name}`))
  }
}
