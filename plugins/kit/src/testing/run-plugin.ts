import {API_VERSION} from '../api-version.js'
import type {OrchError} from '../errors/index.js'
import type {EventName, OclifHandler} from '../hooks/index.js'
import {CapabilityRegistry} from '../host/capability-registry.js'
import {HookBus, type HookRunner} from '../host/hook-bus.js'
import {withSettings, type SettingsOf} from '../host/with-settings.js'
import type {Ports} from '../ports/ports.js'
import type {Settings} from '../settings.js'
import {testPorts} from './test-ports.js'

/** The default exports of a plugin's hook files, by event. */
export type PluginHandlers = {readonly [E in EventName]?: OclifHandler<E>}

export interface RunningPlugin {
  readonly bus: HookBus
  readonly capabilities: CapabilityRegistry
  /** What `notify` handlers failed with. */
  readonly warnings: OrchError[]
}

/**
 * Registers a plugin with a real bus, without oclif.
 * @param handlers the plugin's hooks
 * @param options.name the name it goes by
 * @param options.ports what it is handed; fakes without it
 * @param options.settings its section, in every hook; empty without it
 */
export async function runPlugin(
  handlers: PluginHandlers,
  options: {name?: string; ports?: Ports; settings?: Settings} = {},
): Promise<RunningPlugin> {
  const name = options.name ?? 'plugin-under-test'
  const warnings: OrchError[] = []
  const ports = options.ports ?? testPorts()
  const bus = new HookBus({
    runner: new InProcessRunner(new Map([[name, handlers]]), () => options.settings ?? {}),
    declared: new Map([[name, Object.keys(handlers)]]),
    warn: (failure) => warnings.push(failure),
    schemas: ports.schemas,
  })
  const registrations = await bus.emit('register', {apiVersion: API_VERSION, ports})
  return {bus, capabilities: new CapabilityRegistry(registrations), warnings}
}

/** Runs handlers as oclif does: all at once, each with its time-out, failures collected. */
export class InProcessRunner implements HookRunner {
  readonly #plugins: ReadonlyMap<string, PluginHandlers>
  readonly #settingsOf: SettingsOf

  constructor(plugins: ReadonlyMap<string, PluginHandlers>, settingsOf: SettingsOf = () => ({})) {
    this.#plugins = plugins
    this.#settingsOf = settingsOf
  }

  async runHook(event: string, options: object, timeoutMs: number): ReturnType<HookRunner['runHook']> {
    const successes: {result: unknown; plugin: {name: string}}[] = []
    const failures: {error: Error; plugin: {name: string}}[] = []
    const asked = [...this.#plugins].map(async ([name, handlers]) => {
      const handler = handlers[event as EventName] as ((options: object) => Promise<unknown>) | undefined
      if (!handler) return
      try {
        successes.push({
          result: await withTimeout(handler(withSettings(event, options, name, this.#settingsOf)), timeoutMs),
          plugin: {name},
        })
      } catch (error) {
        failures.push({error: error as Error, plugin: {name}})
      }
    })
    await Promise.all(asked)
    return {successes, failures}
  }
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Timed out after ${timeoutMs} ms.`)), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
