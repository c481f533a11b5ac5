/** A part of the composition root: the doors to the world that every plugin gets when it registers. */
import type {Config as OclifConfig} from '@oclif/core'
import {
  OrchError,
  type Clock,
  type Ids,
  type Logger,
  type Ports,
  type ProcessRunner,
  type Projects,
  type SchemaValidator,
} from '@orch/plugin-kit'
import type {AgentPrograms} from '../adapters/agent-programs.js'
import type {StatePaths} from '../adapters/paths.js'
import type {Config} from '../domain/config.js'

export interface PortParts {
  readonly oclif: Pick<OclifConfig, 'configDir' | 'cacheDir'>
  readonly paths: StatePaths
  readonly programs: Pick<AgentPrograms, 'hookCommand' | 'mcpCommand'>
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly processes: ProcessRunner
  readonly schemas: SchemaValidator
  readonly projects: Projects
}

/** @returns `configure`: the configuration, whose sections plugins can read from then on; it is known when all have registered */
export function pluginPorts({oclif, paths, programs, ...doors}: PortParts): {ports: Ports; configure: (config: Config) => void} {
  let settings: Config | undefined
  const {clock, ids, logger, processes, schemas, projects} = doors
  return {
    configure: (config) => void (settings = config),
    ports: {
      ...{clock, ids, logger, processes, schemas, projects},
      paths: {
        data: paths.data,
        config: oclif.configDir,
        cache: oclif.cacheDir,
        user: paths.user,
        hookCommand: programs.hookCommand,
        mcpCommand: programs.mcpCommand,
      },
      config: (section) => {
        if (!settings) throw new OrchError('ORCH_INTERNAL', {what: `the section ${section} was read before the plugins were registered`})
        return (settings[section] ?? {}) as Record<string, unknown>
      },
    },
  }
}
