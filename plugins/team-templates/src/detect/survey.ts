import {lstat, readdir} from 'node:fs/promises'
import {join} from 'node:path'

/** What a repository holds, as far as the walk went. */
export interface Survey {
  /** Paths relative to the repository, with `/`, in order. */
  readonly files: readonly string[]
  readonly folders: readonly string[]
  /** Continuous integration is set up. */
  readonly ci: boolean
  /** The walk stopped at its bound. */
  readonly truncated: boolean
}

/** Entries after which the walk stops: enough to know what sort of project it is. */
const MOST_ENTRIES = 20_000

/** Folders of installed or built things: they say nothing of the project itself. */
const SKIPPED = new Set(
  'node_modules bower_components vendor venv env site-packages __pycache__ dist build out target coverage Pods DerivedData'.split(' '),
)

/** Where continuous integration is configured, by service. */
const CI_PATHS = [
  '.github/workflows',
  '.gitlab-ci.yml',
  '.circleci',
  '.travis.yml',
  '.woodpecker.yml',
  'Jenkinsfile',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
]

/**
 * Walks a repository breadth first, in order of names: hidden folders, installed and built things are left out, links are not followed.
 * What cannot be read counts as empty.
 * @param mostEntries files and folders after which it stops
 */
export async function survey(repository: string, mostEntries = MOST_ENTRIES): Promise<Survey> {
  const files: string[] = []
  const folders: string[] = []
  const open = ['']
  let truncated = false
  for (let folder = open.shift(); folder !== undefined && !truncated; folder = open.shift()) {
    for (const entry of await entriesOf(join(repository, folder))) {
      if (files.length + folders.length >= mostEntries) {
        truncated = true
        break
      }
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isFile()) files.push(path)
      else if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name)) {
        folders.push(path)
        open.push(path)
      }
    }
  }
  return {files, folders, ci: await hasCi(repository), truncated}
}

async function entriesOf(folder: string) {
  const entries = await readdir(folder, {withFileTypes: true}).catch(() => [])
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function hasCi(repository: string): Promise<boolean> {
  for (const path of CI_PATHS) {
    const found = await lstat(join(repository, path)).catch(() => null)
    if (found && !found.isSymbolicLink()) return true
  }
  return false
}
