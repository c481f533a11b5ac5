import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {hasCode, type Outline, type TeamCatalog, type TemplateSource} from '@orch/plugin-kit'
import {AjvValidator} from '../../../../src/adapters/schema-validator.js'
import {TemplateTeams} from '../../src/index.js'

/** The templates that ship with orch. */
export const BUILT_IN: TemplateSource = {name: 'orch', path: fileURLToPath(new URL('../../../../templates', import.meta.url))}

/** Temporary folders, gone after the test. */
export class Folders {
  readonly #made: string[] = []

  /** Makes a folder of files. @param files content by relative path; a path that ends in `/` is an empty folder */
  async make(files: Readonly<Record<string, string>>): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'orch-teams-'))
    this.#made.push(folder)
    for (const [path, content] of Object.entries(files)) {
      const target = join(folder, path)
      await mkdir(path.endsWith('/') ? target : dirname(target), {recursive: true})
      if (!path.endsWith('/')) await writeFile(target, content)
    }
    return folder
  }

  async remove(): Promise<void> {
    await Promise.all(this.#made.splice(0).map((folder) => rm(folder, {recursive: true})))
  }
}

/** Loads sources with the host's own validator. */
export function load(...sources: TemplateSource[]): Promise<TeamCatalog> {
  return new TemplateTeams(new AjvValidator()).load(sources)
}

/** The problems that loading these sources finds. */
export async function problemsOf(...sources: TemplateSource[]): Promise<readonly string[]> {
  try {
    await load(...sources)
    return []
  } catch (error) {
    if (hasCode(error, 'ORCH_TEMPLATE')) return error.details.problems
    throw error
  }
}

/** An outline with these task titles in one phase. */
export function outline(titles: readonly string[], more: Partial<Outline> = {}): Outline {
  return {
    title: 'Sample',
    summary: 'A sample.',
    type: 'general',
    technologies: [],
    phases: [{name: 'Work', hours: 1, tasks: titles.map((title, index) => ({id: `t${index + 1}`, title, done: false, line: index + 1}))}],
    criteria: [],
    acceptance: [],
    size: {size: 'small', estimatedLines: 100, complexity: 'low'},
    ...more,
  }
}
