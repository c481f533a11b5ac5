/** What a plugin did to the process that runs it. */
export interface PluginFault {
  readonly plugin: string
  /** The event whose handler it was. */
  readonly event: string
  readonly what: 'crash' | 'stall'
  /** Milliseconds UTC. */
  readonly at: number
}

/** Crashes after which a plugin is left out (design § 5). */
const MAX_CRASHES = 2

/** Why a plugin is left out, as far as its faults say; null when it is not. */
export function whyDisabled(faults: readonly PluginFault[], plugin: string): {readonly why: string; readonly since: number} | null {
  const own = faults.filter((fault) => fault.plugin === plugin)
  const stall = own.find(({what}) => what === 'stall')
  if (stall) return {why: `held the supervisor up for more than 5 s in ${stall.event}`, since: stall.at}
  const last = own.at(-1)
  if (!last || own.length < MAX_CRASHES) return null
  const events = [...new Set(own.map(({event}) => event))].join(', ')
  return {why: `brought the supervisor down ${own.length === 2 ? 'twice' : `${own.length} times`} (${events})`, since: last.at}
}

/** Plugins that are left out. */
export function disabledPlugins(faults: readonly PluginFault[]): string[] {
  return [...new Set(faults.map(({plugin}) => plugin))].filter((plugin) => whyDisabled(faults, plugin) !== null).sort()
}
