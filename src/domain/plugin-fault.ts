/** What a plugin did to the process that runs it, or a person's word against it. */
export interface PluginFault {
  readonly plugin: string
  /** The event whose handler it was. */
  readonly event: string
  /** `failure`: it did not do what the event asks. `disabled`: a person switched it off. */
  readonly what: 'crash' | 'stall' | 'failure' | 'disabled'
  /** What it did, of a failure: a clause that begins with a verb. */
  readonly why?: string
  /** Milliseconds UTC. */
  readonly at: number
}

/** A plugin that orch runs without, or that does not do its work. */
export interface LeftOut {
  readonly plugin: string
  /** A clause that begins with a verb: "cannot be imported: …". */
  readonly why: string
  /** Milliseconds UTC. */
  readonly since: number
  /** `disabled` by a person; `failing`: it is loaded, and what it is notified of fails. */
  readonly how?: 'disabled' | 'failing'
}

/** A person's word against a plugin. @param at milliseconds UTC */
export function disabledByPerson(plugin: string, at: number): PluginFault {
  return {plugin, event: '', what: 'disabled', at}
}

/** Crashes after which a plugin is left out (design § 5). */
const MAX_CRASHES = 2

/** Why a plugin is left out, as far as its faults say; null when it is not. */
export function whyDisabled(faults: readonly PluginFault[], plugin: string): LeftOut | null {
  const own = faults.filter((fault) => fault.plugin === plugin)
  const find = (kind: PluginFault['what']) => own.find(({what}) => what === kind)
  const disabled = find('disabled')
  if (disabled) return {plugin, why: 'was disabled with orch plugin disable', since: disabled.at, how: 'disabled'}
  const failure = find('failure')
  if (failure) return {plugin, why: failure.why ?? `failed in ${failure.event}`, since: failure.at}
  const stall = find('stall')
  if (stall) return {plugin, why: `held the supervisor up for more than 5 s in ${stall.event}`, since: stall.at}
  const last = own.at(-1)
  if (!last || own.length < MAX_CRASHES) return null
  const events = [...new Set(own.map(({event}) => event))].join(', ')
  return {plugin, why: `brought the supervisor down ${own.length === 2 ? 'twice' : `${own.length} times`} (${events})`, since: last.at}
}

/** Plugins that are left out. */
export function disabledPlugins(faults: readonly PluginFault[]): string[] {
  return [...new Set(faults.map(({plugin}) => plugin))].filter((plugin) => whyDisabled(faults, plugin) !== null).sort()
}
