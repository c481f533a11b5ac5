/** A part of the composition root: the plugins, what they provide, and the configuration that they and the core share. */
import type {Config as OclifConfig} from '@oclif/core'
import {
  API_VERSION,
  OrchError,
  REQUIRED_PLUGIN,
  type AgentDriver,
  type Clock,
  type HostPaths,
  type Ids,
  type Logger,
  type Ports,
  type ProcessRunner,
  type SchemaValidator,
} from '@orch/plugin-kit'
import {CapabilityRegistry, HookBus} from '@orch/plugin-kit/host'
import type {AgentPrograms} from './adapters/agent-programs.js'
import {readConfigLayer} from './adapters/config-layer.js'
import {GuardedRunner} from './adapters/guarded-runner.js'
import type {StatePaths} from './adapters/paths.js'
import {PluginFaults} from './adapters/plugin-faults.js'
import type {Config} from './domain/config.js'
import {ConfigLayers} from './services/config-layers.js'
import {Configuration} from './services/configuration.js'

interface PluginParts {
  readonly oclif: OclifConfig
  readonly env: NodeJS.ProcessEnv
  readonly paths: StatePaths
  readonly programs: AgentPrograms
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly processes: ProcessRunner
  readonly schemas: SchemaValidator
}

/**
 * Loads the plugins that may be loaded.
 * @throws ORCH_REQUIRED_PLUGIN, ORCH_HOOK_OWNER, ORCH_CAPABILITY_TWICE, ORCH_PLUGIN_API, ORCH_CONFIG, ORCH_HOOK_FAILED
 */
export async function composePlugins({oclif, env, paths, programs, clock, ids, logger, processes, schemas}: PluginParts) {
  const isOwn = (name: string) => oclif.plugins.get(name)?.type === 'core'
  const faults = new PluginFaults(paths.data)
  // A kill from outside leaves crumbs too, so a plugin of ours answers only for what it was seen doing.
  faults.sweep((name) => !isOwn(name))
  const fault = faults.why(REQUIRED_PLUGIN)
  if (fault) {
    const remedy = `Install orch again; to try once more: orch plugin enable ${REQUIRED_PLUGIN}`
    throw new OrchError('ORCH_REQUIRED_PLUGIN', {plugin: REQUIRED_PLUGIN, why: fault.why, remedy})
  }
  const left = new Set(faults.disabled().map(({plugin}) => plugin))
  const plugins = [...oclif.plugins.values()].filter(({name}) => !left.has(name))
  const hooks = new GuardedRunner({oclif, faults, logger, isOwn})
  const declared = new Map(plugins.map((plugin) => [plugin.name, Object.keys(plugin.hooks)]))
  const bus = new HookBus({
    runner: hooks,
    declared,
    warn: (failure) => logger.warn(failure.message, {code: failure.code}),
  })
  bus.requireOwners()

  const settings: {config?: Config} = {}
  const hostPaths: HostPaths = {
    data: paths.data,
    config: oclif.configDir,
    cache: oclif.cacheDir,
    user: paths.user,
    hookCommand: programs.hookCommand,
    mcpCommand: programs.mcpCommand,
  }
  const ports: Ports = {
    clock,
    ids,
    logger,
    processes,
    schemas,
    paths: hostPaths,
    config: (section) => {
      if (!settings.config)
        throw new OrchError('ORCH_INTERNAL', {what: `the section ${section} was read before the plugins were registered`})
      return (settings.config[section] ?? {}) as Record<string, unknown>
    },
  }
  const registrations = await bus.emit('register', {apiVersion: API_VERSION, ports})
  const registry = new CapabilityRegistry(
    registrations,
    plugins.filter(({type}) => type === 'link').map(({name}) => name),
  )
  const sections = Object.fromEntries(
    registrations.flatMap(({value}) => (value.config ? [[value.config.section, value.config.schema]] : [])),
  )
  const configuration = new Configuration(sections, schemas)
  const drivers: ReadonlyMap<string, AgentDriver> = registry.family('agent')
  const driverSections = [...drivers.keys()].filter((kind) => kind in sections)
  const layers = new ConfigLayers({configuration, read: readConfigLayer, userFolder: oclif.configDir, driverSections})
  const resolved = await layers.resolve({projectFolder: null, trusted: true, env, flags: {}})
  const {config} = resolved
  settings.config = config
  return {plugins, declared, faults, hooks, bus, registrations, registry, drivers, driverSections, configuration, layers, config}
}
