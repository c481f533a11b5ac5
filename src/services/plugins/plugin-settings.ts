import type {Answer, Registration, Settings} from '@orch/plugin-kit'
import type {Store} from '../../domain/ports/store.js'
import type {Project} from '../../domain/model/project.js'

/** The section of the plugin that owns the timing events; a project keeps it by itself. */
const OAUTH = 'oauth'

/** Which settings a plugin works with: those its project started with, else those of the user. */
export class PluginSettings {
  /** Section by plugin. */
  #sections: ReadonlyMap<string, string> = new Map()
  #config: (section: string) => Settings = () => ({})
  #store: Pick<Store, 'project'> | null = null

  /** @param config a section as the user has it */
  registered(registrations: readonly Answer<Registration>[], config: (section: string) => Settings): void {
    this.#sections = new Map(registrations.flatMap(({plugin, value}) => (value.config ? [[plugin, value.config.section]] : [])))
    this.#config = config
  }

  /** From here on, projects are looked up. */
  open(store: Pick<Store, 'project'>): void {
    this.#store = store
  }

  /** The section of one plugin; empty when it has none. @param project id; null: of no project */
  of(plugin: string, project: string | null): Settings {
    const section = this.#sections.get(plugin)
    if (section === undefined) return {}
    const record = project === null ? undefined : this.#store?.project(project)
    return record ? this.#sectionIn(record, section) : this.#config(section)
  }

  /** The sections of all plugins, by section. */
  ofProject(project: Project): Readonly<Record<string, Settings>> {
    return Object.fromEntries([...this.#sections.values()].map((section) => [section, this.#sectionIn(project, section)]))
  }

  /** A plugin may have been installed after the project began. */
  #sectionIn({options}: Project, section: string): Settings {
    const own = section === OAUTH ? options.oauth : (options.drivers[section] ?? options.sections?.[section])
    return own ?? this.#config(section)
  }
}
