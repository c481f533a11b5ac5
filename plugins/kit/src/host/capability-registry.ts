import {API_VERSION, SPOKEN_API_VERSIONS} from '../api-version.js'
import {OrchError} from '../errors/index.js'
import type {Answer} from '../hooks/index.js'
import type {Capabilities, CapabilityName, Registration} from '../registration.js'

/** Which plugin answers for what: exactly one for each capability. */
export class CapabilityRegistry {
  readonly #providers = new Map<string, Answer<unknown>>()

  readonly #linked: readonly string[]

  /**
   * @param linked names of plugins that a person linked: one may have taken the place of orch's own
   * @throws ORCH_PLUGIN_API for a plugin of another API, ORCH_CAPABILITY_TWICE when two provide the same
   */
  constructor(registrations: readonly Answer<Registration>[], linked: readonly string[] = []) {
    this.#linked = linked
    for (const {plugin, value} of registrations) {
      if (!SPOKEN_API_VERSIONS.includes(value.apiVersion))
        throw new OrchError('ORCH_PLUGIN_API', {plugin, wants: value.apiVersion, has: API_VERSION})
      for (const [name, provider] of Object.entries(value.capabilities ?? {})) this.#add(name, plugin, provider)
    }
  }

  /** @throws ORCH_CAPABILITY_MISSING */
  require<N extends CapabilityName>(name: N): Capabilities[N] {
    const found = this.#providers.get(name)
    if (!found) throw new OrchError('ORCH_CAPABILITY_MISSING', {capability: name, known: this.names(), linked: this.#linked})
    return found.value as Capabilities[N]
  }

  /** All capabilities of a family, e.g. `agent:`, by the rest of their name. */
  family<P extends 'agent' | 'planner'>(prefix: P): Map<string, Capabilities[`${P}:${string}`]> {
    const members = [...this.#providers].filter(([name]) => name.startsWith(`${prefix}:`))
    return new Map(members.map(([name, {value}]) => [name.slice(prefix.length + 1), value as Capabilities[`${P}:${string}`]]))
  }

  names(): string[] {
    return [...this.#providers.keys()].sort()
  }

  /** Name of the plugin behind each capability. */
  providers(): Record<string, string> {
    return Object.fromEntries(this.names().map((name) => [name, this.#providers.get(name)!.plugin]))
  }

  #add(name: string, plugin: string, value: unknown): void {
    const other = this.#providers.get(name)
    if (other) throw new OrchError('ORCH_CAPABILITY_TWICE', {capability: name, plugins: [other.plugin, plugin]})
    this.#providers.set(name, {plugin, value})
  }
}
