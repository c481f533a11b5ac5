import {join} from 'node:path'
import type {Config, Interfaces} from '@oclif/core'
import {hasCode, messageOf, type Answer, type Registration, type Teams, type TemplateSource} from '@orch/plugin-kit'
import type {Files} from '../domain/ports/files.js'

interface Parts {
  readonly oclif: Config
  readonly plugins: readonly Interfaces.Plugin[]
  readonly registrations: readonly Answer<Registration>[]
  readonly files: Pick<Files, 'isFolder'>
}

/**
 * Where templates of teams and briefings come from, in the order in which later ones override: built-in and plugins, the user's, the project's.
 * @returns a function of the project's folder (null: of no project) that gives the places that hold some
 */
export function templateSourcesFor({oclif, plugins, registrations, files}: Parts): (folder: string | null) => Promise<TemplateSource[]> {
  const registered = (isMeant: (plugin: string) => boolean) =>
    registrations.flatMap(({plugin, value}) => (isMeant(plugin) ? (value.templates ?? []) : []))
  return async (folder) => {
    const places = [
      ...registered((plugin) => plugin === oclif.name),
      ...declaredTemplates(plugins),
      ...registered((plugin) => plugin !== oclif.name),
      {name: 'user', path: oclif.configDir},
      ...(folder === null ? [] : [{name: 'project', path: join(folder, '.orch'), within: folder}]),
    ]
    const there = await Promise.all(places.map(({path}) => holdsTemplates(files, path)))
    return places.filter((_, index) => there[index])
  }
}

/**
 * Whether the templates of one plugin can be used beside those that come with orch.
 * @returns why not, with file and line, as a clause that begins with a verb; null when they can, or when it has none
 */
export async function templateProblem(
  plugin: Interfaces.Plugin,
  registration: Registration | undefined,
  {teams, own, files}: {readonly teams: Teams; readonly own: readonly TemplateSource[]; readonly files: Pick<Files, 'isFolder'>},
): Promise<string | null> {
  const sources = [...declaredTemplates([plugin]), ...(registration?.templates ?? [])]
  if (sources.length === 0) return null
  for (const {path} of sources)
    if (!(await holdsTemplates(files, path))) return `names ${path} for its templates, and there is neither teams/ nor briefings/ in it`
  try {
    await teams.load([...own, ...sources])
    return null
  } catch (error) {
    return `has a template that is not valid: ${hasCode(error, 'ORCH_TEMPLATE') ? error.details.problems.join('; ') : messageOf(error)}`
  }
}

async function holdsTemplates(files: Pick<Files, 'isFolder'>, path: string): Promise<boolean> {
  return (await files.isFolder(join(path, 'teams'))) || (await files.isFolder(join(path, 'briefings')))
}

/** Folders that a package.json names under `orch.templates`: a plugin of templates needs no code. */
export function declaredTemplates(plugins: readonly Interfaces.Plugin[]): TemplateSource[] {
  const sorted = [...plugins].sort((a, b) => a.name.localeCompare(b.name))
  return sorted.flatMap(({name, root, pjson}) => {
    const folder = (pjson as {orch?: {templates?: unknown}}).orch?.templates
    return typeof folder === 'string' ? [{name, path: join(root, folder)}] : []
  })
}
