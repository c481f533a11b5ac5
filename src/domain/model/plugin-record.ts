import type {Json} from '@orch/plugin-kit'

/** What a plugin says a person is needed for. */
export interface PluginNeed {
  readonly id: string
  /** Id of the agent; null: the project. */
  readonly agent: string | null
  readonly what: string
  readonly commands: readonly string[]
  /** Milliseconds UTC at which it was first put. */
  readonly since: number
}

/** What the record of a project keeps for one plugin. */
export interface PluginRecord {
  /** Its own; missing until it keeps something. */
  readonly own?: Json
  readonly needs?: readonly PluginNeed[]
}
