import type {Store} from '../../domain/ports/store.js'
import {PluginSettings} from './plugin-settings.js'
import {ProjectViews} from './project-views.js'

type Opened = Omit<Parameters<ProjectViews['open']>[0], 'settingsOf' | 'store'> & {readonly store: Store}

/** What plugins work with besides hooks: made before they are registered, opened with the records. */
export class Platform {
  readonly settings = new PluginSettings()
  readonly projects = new ProjectViews()

  open({store, feed}: Opened): void {
    this.settings.open(store)
    this.projects.open({store, feed, settingsOf: (project) => this.settings.ofProject(project)})
  }

  close(): void {
    this.projects.close()
  }
}
