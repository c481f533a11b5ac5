import {readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import type {TemplateSource} from '@orch/plugin-kit'
import {FOLDERS} from './read-source.js'

/** Entries of one folder that are looked at; one with more is read anew each time. */
const MAX_ENTRIES = 2_000

/**
 * Changes whenever a file that `readSource` reads does: made, removed, renamed, written, or a link that leads elsewhere.
 * Costs a look at each file and reads none.
 */
export async function stampOf(sources: readonly TemplateSource[]): Promise<string> {
  const folders = sources.flatMap(({path}) => FOLDERS.map((names) => join(path, ...names)))
  return (await Promise.all(folders.map(stampOfFolder))).flat().join('\n')
}

async function stampOfFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => error.code ?? 'unreadable')
  if (typeof names === 'string') return [`${folder} ${names}`]
  // Never the same twice.
  if (names.length > MAX_ENTRIES) return [`${folder} ${process.hrtime.bigint()}`]
  return Promise.all(names.sort().map((name) => stampOfFile(join(folder, name))))
}

async function stampOfFile(path: string): Promise<string> {
  const found = await stat(path, {bigint: true}).catch(() => null)
  return found === null ? `${path} -` : `${path} ${found.dev} ${found.ino} ${found.size} ${found.mode} ${found.mtimeNs} ${found.ctimeNs}`
}
