import {join} from 'node:path'
import type {Config, Interfaces} from '@oclif/core'
import type {Registration, TemplateSource} from '@orch/plugin-kit'
import type {Files} from './domain/files.js'

interface Parts {
  readonly oclif: Config
  readonly plugins: readonly Interfaces.Plugin[]
  readonly registrations: readonly {readonly value: Registration}[]
  readonly files: Pick<Files, 'isFolder'>
}

/**
 * Where templates of teams and briefings come from, in the order in which later ones override: built-in and plugins, the user's, the project's.
 * @returns a function of the project's folder (null: of no project) that gives the places that hold some
 */
export function templateSourcesFor({oclif, plugins, registrations, files}: Parts): (folder: string | null) => Promise<TemplateSource[]> {
  const holdsTemplates = async (path: string) =>
    (await files.isFolder(join(path, 'teams'))) || (await files.isFolder(join(path, 'briefings')))
  return async (folder) => {
    const places = [
      ...declaredTemplates(oclif.root, plugins),
      ...registrations.flatMap(({value}) => value.templates ?? []),
      {name: 'user', path: oclif.configDir},
      ...(folder === null ? [] : [{name: 'project', path: join(folder, '.orch'), within: folder}]),
    ]
    const there = await Promise.all(places.map(({path}) => holdsTemplates(path)))
    return places.filter((_, index) => there[index])
  }
}

/** Folders that a package.json names under `orch.templates`, the host's own first: a plugin of templates needs no code. */
function declaredTemplates(own: string, plugins: readonly Interfaces.Plugin[]): TemplateSource[] {
  const sorted = [...plugins].sort((a, b) => Number(b.root === own) - Number(a.root === own) || a.name.localeCompare(b.name))
  return sorted.flatMap(({name, root, pjson}) => {
    const folder = (pjson as {orch?: {templates?: unknown}}).orch?.templates
    return typeof folder === 'string' ? [{name: root === own ? 'built-in' : name, path: join(root, folder)}] : []
  })
}
