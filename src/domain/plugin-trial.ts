/** What a plugin of others adds to orch, by name. */
export interface Contribution {
  readonly hooks: readonly string[]
  readonly commands: readonly string[]
  readonly capabilities: readonly string[]
  readonly methods: readonly string[]
  readonly checks: readonly string[]
  readonly watchers: readonly string[]
  /** Sections of the configuration. */
  readonly sections: readonly string[]
  /** Folders of templates. */
  readonly templates: readonly string[]
}

export const NOTHING: Contribution = {
  hooks: [],
  commands: [],
  capabilities: [],
  methods: [],
  checks: [],
  watchers: [],
  sections: [],
  templates: [],
}

/** What became of one plugin of others when all were loaded. */
export interface TriedPlugin {
  readonly name: string
  readonly version: string
  /** Its folder; empty where it could not even be found. */
  readonly root: string
  /** Why it is left out, as a clause that begins with a verb; null when it is not. */
  readonly why: string | null
  readonly adds: Contribution
  /** What its author should know although it is loaded: sentences without a full stop. */
  readonly notes: readonly string[]
  /** Importing it holds up or ends a process, so that not even its commands can be listed; missing: they can. */
  readonly isHarmful?: true
}

/** A set of plugins that was loaded for a try, and can come up. */
export interface Trial {
  /** Tells this set of plugins from others (pluginDigest). */
  readonly digest: string
  /** Milliseconds UTC. */
  readonly at: number
  readonly plugins: readonly TriedPlugin[]
  /** What a start that follows need not find out again. */
  readonly leftOut: readonly {readonly plugin: string; readonly why: string}[]
}
