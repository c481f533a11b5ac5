import type {Settings} from '../settings.js'
import type {Projects} from '../views.js'
import type {Clock} from './clock.js'
import type {Ids} from './ids.js'
import type {Logger} from './logger.js'
import type {ProcessRunner} from './process-runner.js'
import type {SchemaValidator} from './schema-validator.js'

/** Folders of the host, absolute. */
export interface HostPaths {
  /** State of this supervisor (0700). */
  readonly data: string
  readonly config: string
  readonly cache: string
  /** Per OS user, shared by every state directory: what must hold across supervisors. */
  readonly user: string
  /** The command an agent's hook runs: program and arguments. */
  readonly hookCommand: readonly string[]
  /** What an agent runs to have orch's own tools: an MCP server on its standard streams. */
  readonly mcpCommand: readonly string[]
}

/** What the host hands to every plugin. */
export interface Ports {
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly processes: ProcessRunner
  readonly schemas: SchemaValidator
  readonly paths: HostPaths
  /** The plugin's own section of the configuration, validated and with its defaults. */
  config(section: string): Settings
  /** What there is, read-only; since API 2. */
  readonly projects: Projects
}
