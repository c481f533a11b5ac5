/** A part of the composition root: how orch looks after itself and its machine. */
import {definedOnly} from '../adapters/defined-only.js'
import {sectionOf} from '../domain/config.js'
import {createCleanup} from '../services/cleanup/index.js'
import {Doctor, agentChecks, faultCheck, pluginChecks} from '../services/doctor/checkup.js'
import {oauthPool} from '../services/oauth/port-pool.js'
import {storageCheck} from '../services/recovery/storage-check.js'
import type {Agents} from './agents.js'
import type {Place} from './place.js'
import type {Configured, LoadedPlugins} from './plugins.js'
import type {Base} from './record.js'
import type {Repositories} from './repositories.js'

interface SystemParts extends Base, Pick<Place, 'env' | 'paths'> {
  readonly loaded: LoadedPlugins
  readonly configured: Configured
  readonly agents: Agents
  readonly repositories: Repositories
}

export type System = ReturnType<typeof composeSystem>

export function composeSystem({env, paths, machine, services, records, loaded, configured, agents, repositories}: SystemParts) {
  const {leftOut, registrations, isOwn} = loaded
  const {config} = configured
  const checks = [faultCheck(() => leftOut.list()), storageCheck(paths.data, machine), ...pluginChecks(registrations, isOwn)]
  return {
    checkup: new Doctor(checks, {
      ...machine,
      agents: (caller) => agentChecks(services.drivers, config, {...definedOnly(env), ...caller}),
      onBroken: (plugin, why) => leftOut.fails(plugin, why),
    }),
    housekeeping: createCleanup({
      ...{...machine, ...services, ...records, ...agents, ...repositories},
      oauthPorts: oauthPool(sectionOf(config, 'oauth'), definedOnly(env)),
      state: paths.data,
      projects: paths.projects,
    }),
  }
}
