import type {PlannedCommand} from '@orch/plugin-kit'
import type {Config} from '../../domain/config.js'
import {environmentLayer, type ConfigLayer, type Configuration, type LayeredConfig} from './configuration.js'

/** A configuration file as a layer; null when there is none. @throws ORCH_CONFIG for a file that cannot be read */
export type ReadLayer = (name: 'user' | 'project', folder: string) => Promise<ConfigLayer | null>

/** What decides where work goes and what agents are given: a repository says it only when it is trusted. */
const PERSONAL = ['merge', 'env', 'oauth']

interface ConfigLayersOptions {
  readonly configuration: Configuration
  readonly read: ReadLayer
  /** The user's configuration folder. */
  readonly userFolder: string
  /** Sections of plugins: they name programs and addresses, so a repository may set them only when it is trusted. */
  readonly pluginSections: readonly string[]
}

export interface ResolvedConfig extends LayeredConfig {
  readonly commandOrigins: ReadonlyMap<string, PlannedCommand['origin']>
  readonly warnings: readonly string[]
}

/** Collects the layers of a configuration: defaults < user < project < environment < flags. */
export class ConfigLayers {
  readonly #options: ConfigLayersOptions

  constructor(options: ConfigLayersOptions) {
    this.#options = options
  }

  /** @throws ORCH_CONFIG with every problem of every layer */
  async resolve(request: {
    projectFolder: string | null
    trusted: boolean
    env: Readonly<Record<string, string | undefined>>
    flags: Readonly<Record<string, unknown>>
  }): Promise<ResolvedConfig> {
    const {configuration, read, userFolder} = this.#options
    const user = await read('user', userFolder)
    const project = request.projectFolder === null ? null : await read('project', request.projectFolder)
    const {layer, warnings} = project ? this.#withoutPrograms(project, request.trusted) : {layer: null, warnings: []}
    const environment = environmentLayer(request.env, configuration.schema)
    const flags: ConfigLayer = {name: 'flag', values: request.flags, placeOf: ([key = '']) => `--${key}`}
    const layers = [user, layer, environment, flags].filter((candidate) => candidate !== null)
    return {...configuration.resolve(layers), commandOrigins: commandOrigins(layers), warnings}
  }

  #withoutPrograms(layer: ConfigLayer, trusted: boolean): {layer: ConfigLayer; warnings: string[]} {
    const sections = [...new Set([...this.#options.pluginSections, ...PERSONAL])].filter((section) => section in layer.values)
    if (trusted || sections.length === 0) return {layer, warnings: []}
    const values = Object.fromEntries(Object.entries(layer.values).filter(([key]) => !sections.includes(key)))
    const warnings = sections.map(
      (section) => `${layer.placeOf([section])}: ${section} of the repository's configuration is left out without --trust-project.`,
    )
    return {layer: {...layer, values}, warnings}
  }
}

/** Who named a command: the highest layer that sets its list. */
function commandOrigins(layers: readonly ConfigLayer[]): Map<string, PlannedCommand['origin']> {
  const origins = new Map<string, PlannedCommand['origin']>()
  for (const {name, values} of layers) {
    const {acceptance = [], setup = []} = values as Partial<Config>
    const origin = name === 'flag' ? 'flag' : name === 'project' ? 'project-config' : 'user-config'
    for (const command of [...acceptance, ...setup]) origins.set(command, origin)
  }
  return origins
}
