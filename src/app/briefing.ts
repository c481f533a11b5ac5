/** A part of the composition root: templates of teams, and the briefings that are made of them. */
import {templateRenderer} from '../adapters/template-renderer.js'
import {Briefings} from '../services/briefing/write.js'
import type {Machine} from './machine.js'
import type {Place} from './place.js'
import type {Configured, LoadedPlugins, Services} from './plugins.js'
import {templateSourcesFor} from './template-sources.js'

interface BriefingParts extends Pick<Place, 'oclif'> {
  readonly machine: Machine
  readonly services: Services
  readonly loaded: LoadedPlugins
  readonly configured: Configured
}

export type Briefing = ReturnType<typeof composeBriefing>

export function composeBriefing({oclif, machine, services, loaded, configured}: BriefingParts) {
  const {files} = machine
  const templateSources = templateSourcesFor({...loaded, oclif, files})
  const catalog = async (projectFolder: string | null) => services.teams.load(await templateSources(projectFolder))
  const {budgetChars} = configured.config.briefing
  return {templateSources, catalog, briefings: new Briefings({...services, files, render: templateRenderer(), catalog, budgetChars})}
}
