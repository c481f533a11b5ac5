import type {Settings} from '../settings.js'

/** A plugin's section as a project has it; of no project: as the user has it. */
export type SettingsOf = (plugin: string, project: string | null) => Settings

/**
 * The options of a hook with the settings of the plugin that is asked. Settings that an event carries itself stay.
 * @param options what oclif hands over; the input of the event under `input`
 */
export function withSettings(event: string, options: object, plugin: string, settingsOf: SettingsOf): object {
  const {input} = options as {readonly input?: object}
  if (event === 'register' || typeof input !== 'object' || 'settings' in input) return options
  const {project = null} = input as {readonly project?: string | null}
  return {...options, input: {...input, settings: settingsOf(plugin, project)}}
}
