import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {format, resolveConfig} from 'prettier'
import {commandsPage} from './commands.js'
import {configurationPage} from './configuration.js'
import {eventsPage} from './events.js'
import {ROOT} from './root.js'
import {statesPage} from './states.js'

/** Pages made from the code, by their path in the repository. */
const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/reference/commands.md': commandsPage,
  'docs/reference/configuration.md': configurationPage,
  'docs/reference/events.md': eventsPage,
  'docs/reference/states.md': statesPage,
}

/** Makes every generated page. @returns its text as it is to be committed, by path */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>()
  for (const [path, make] of Object.entries(PAGES)) {
    const file = join(ROOT, path)
    pages.set(path, await format(await make(), {...(await resolveConfig(file)), filepath: file}))
  }
  return pages
}

/** The committed text of a page; empty when there is none. */
export function committedPage(path: string): string {
  try {
    return readFileSync(join(ROOT, path), 'utf8')
  } catch {
    return ''
  }
}
