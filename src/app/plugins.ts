/** A part of the composition root: the plugins, what they provide, and the configuration that they and the core share. */
import type {Config as OclifConfig} from '@oclif/core'
import {API_VERSION, OrchError, REQUIRED_PLUGIN, type AgentDriver, type Answer, type Registration} from '@orch/plugin-kit'
import {pluginDigest} from '@orch/plugin-kit/command'
import {CapabilityRegistry, HookBus} from '@orch/plugin-kit/host'
import {admitPlugins} from './admit-plugins.js'
import {readConfigLayer} from '../adapters/config-layer.js'
import {PluginHookRunner} from '../adapters/plugin-hook-runner.js'
import {isOptional, restoreOwnPlugins, unloadedPlugins} from '../adapters/installed-plugins.js'
import {PluginFaults} from '../adapters/plugin-faults.js'
import {PluginTrials} from '../adapters/plugin-trials.js'
import {CONFIG_PROPERTIES} from '../domain/config.js'
import type {Files} from '../domain/ports/files.js'
import {AUTHORITY} from '../rpc/authority.js'
import {ConfigLayers} from '../services/configuration/config-layers.js'
import {Configuration} from '../services/configuration/configuration.js'
import {Admission} from '../services/plugins/admission.js'
import {LeftOutPlugins} from '../services/plugins/left-out.js'
import {pluginPorts, type PortParts} from './plugin-ports.js'
import {Platform} from '../services/plugins/platform.js'
import {declaredTemplates, templateProblem} from './template-sources.js'

interface PluginParts extends Omit<PortParts, 'projects'> {
  readonly oclif: OclifConfig
  readonly env: NodeJS.ProcessEnv
  readonly files: Pick<Files, 'isFolder'>
  /** Of a trial: the supervisor that runs meanwhile keeps its own records. */
  readonly trial?: {
    readonly faults: PluginFaults
    /** A plugin that comes after all others, so that a clash with one of them is its own. */
    readonly candidate: string | null
  }
}

/**
 * Loads the plugins. One of others that fails in any way is left out; the others and orch itself do without it.
 * @throws ORCH_REQUIRED_PLUGIN, ORCH_HOOK_OWNER, ORCH_CONFIG; ORCH_HOOK_FAILED for a plugin that comes with orch
 */
export async function composePlugins(parts: PluginParts) {
  const {oclif, env, paths, clock, logger, processes, schemas, files, trial} = parts
  // As commands see them: it is what they tell a supervisor's plugins by.
  const digest = pluginDigest(oclif.plugins.values())
  const faults = trial?.faults ?? new PluginFaults(paths.data)
  requireUnblamed(faults)
  const taken = await restoreOwnPlugins(oclif, REQUIRED_PLUGIN)
  const isOwn = (name: string) => oclif.plugins.get(name)?.type === 'core'
  const unloaded = unloadedPlugins(oclif)
  const installed = new Set([...oclif.plugins.keys(), ...unloaded.map(({plugin}) => plugin)])
  // A kill from outside leaves crumbs too, so a plugin of ours answers only for what it was seen doing.
  if (!trial) faults.sweep(installed, (name) => !isOwn(name))
  const leftOut = new LeftOutPlugins({faults, clock, logger, isOwn})
  const tried = trial ? null : new PluginTrials(paths.data).take(digest)
  for (const {plugin, why} of [...(tried?.leftOut ?? []), ...taken, ...unloaded]) leftOut.leave(plugin, why)

  // Only a person's word leaves out a plugin that comes with orch, and only one that orch can do without.
  const isOut = (name: string) => (isOwn(name) ? isOptional(oclif.plugins.get(name)!) && faults.isDisabled(name) : leftOut.has(name))
  const platform = new Platform()
  const settingsOf = (plugin: string, project: string | null) => platform.settings.of(plugin, project)
  const hooks = new PluginHookRunner({oclif, faults, logger, isOwn, isLeftOut: isOut, settingsOf})
  const declared = new Map([...oclif.plugins.values()].map((plugin) => [plugin.name, Object.keys(plugin.hooks)]))
  const onBus = {declared, schemas, warn: (failure: OrchError) => logger.warn(failure.message, {code: failure.code})}
  const bus = new HookBus({...onBus, runner: hooks, isDispensable: (failure) => leftOut.isDispensable(failure)})
  bus.requireOwners()

  const {ports, configure} = pluginPorts({...parts, projects: platform.projects})
  const register = (isMeant: (plugin: string) => boolean) =>
    new HookBus({...onBus, runner: hooks.only(isMeant)}).emit('register', {apiVersion: API_VERSION, ports})

  // Those that come with orch first: nobody else can have their names.
  const admission = new Admission({schemas, sections: Object.keys(CONFIG_PROPERTIES), methods: Object.keys(AUTHORITY)})
  const own = await register(isOwn)
  for (const registration of own) requireAdmission(admission, registration)
  const all = [...oclif.plugins.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const usable = {
    teams: new CapabilityRegistry(own).require('teams'),
    own: [...own.flatMap(({value}) => value.templates ?? []), ...declaredTemplates(all.filter(({name}) => isOwn(name)))],
    files,
  }
  const strangers = all.filter(({name}) => !isOwn(name) && !isOut(name))
  const isCandidate = ({name}: {name: string}) => name === trial?.candidate
  const others = await admitPlugins(
    strangers.sort((a, b) => Number(isCandidate(a)) - Number(isCandidate(b))),
    {
      ...{hooks, leftOut, admission, processes},
      register: (plugin) => register((name) => name === plugin),
      templateProblem: (plugin, registration) => templateProblem(plugin, registration, usable),
    },
  )
  const registrations = [...own, ...others]
  const plugins = all.filter(({name}) => !isOut(name))
  const registry = new CapabilityRegistry(registrations)
  const services = requiredServices(registry)
  const sections = Object.fromEntries(
    registrations.flatMap(({value}) => (value.config ? [[value.config.section, value.config.schema]] : [])),
  )
  const configuration = new Configuration(sections, schemas, {hasStrangers: leftOut.list().length > 0})
  const drivers: ReadonlyMap<string, AgentDriver> = registry.family('agent')
  const pluginSections = Object.keys(sections)
  const driverSections = [...drivers.keys()].filter((kind) => kind in sections)
  const layers = new ConfigLayers({configuration, read: readConfigLayer, userFolder: oclif.configDir, pluginSections})
  const {config} = await layers.resolve({projectFolder: null, trusted: true, env, flags: {}})
  configure(config)
  platform.settings.registered(registrations, (section) => ports.config(section))
  return {
    loaded: {plugins, isOwn, declared, digest, leftOut, hooks, platform, registrations, providers: registry.providers()},
    services: {...services, drivers, planners: registry.family('planner'), bus},
    configured: {layers, config, driverSections, pluginSections, schema: configuration.schema},
  }
}

type Composed = Awaited<ReturnType<typeof composePlugins>>
/** The plugins themselves, and those that are left out. */
export type LoadedPlugins = Composed['loaded']
/** What plugins provide, and the bus of events that reaches them. */
export type Services = Composed['services']
/** The configuration that they and the core share. */
export type Configured = Composed['configured']

/** What orch cannot do without. @throws ORCH_CAPABILITY_MISSING */
function requiredServices(registry: CapabilityRegistry) {
  return {
    terminal: registry.require('terminal'),
    workspace: registry.require('workspace'),
    teams: registry.require('teams'),
    ledger: registry.require('oauth-ledger'),
    prober: registry.require('mcp-prober'),
  }
}

/** What brought the supervisor down twice cannot go on, and cannot be done without. */
function requireUnblamed(faults: PluginFaults): void {
  const fault = faults.why(REQUIRED_PLUGIN)
  if (!fault) return
  const remedy = `Install orch again; to try once more: orch plugin enable ${REQUIRED_PLUGIN}`
  throw new OrchError('ORCH_REQUIRED_PLUGIN', {plugin: REQUIRED_PLUGIN, why: fault.why, remedy})
}

function requireAdmission(admission: Admission, registration: Answer<Registration>): void {
  const why = admission.admit(registration)
  if (why !== null) throw new OrchError('ORCH_HOOK_FAILED', {plugin: registration.plugin, event: 'register', why: `it ${why}`})
}
