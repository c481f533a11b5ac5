import {existsSync, readFileSync, statSync, truncateSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Playground} from './playground.js'
import type {Random} from './random.js'

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  'cut in half': (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  'made empty': (path) => truncateSync(path, 0),
  'filled with garbage': (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0x22, 0x80])),
  'filled with zero bytes': (path) => writeFileSync(path, Buffer.alloc(statSync(path).size)),
}

/**
 * Damages one generation of a record, or a record of a process. Never both generations of a project: what is not on disk twice cannot come back.
 * @returns what was done to what; null when no document can be spared
 */
export function damageDocument(playground: Playground, random: Random): string | null {
  const [id] = playground.records('projects')
  const record = id === undefined ? null : join(playground.stateFolder, 'projects', `${id}.json`)
  const records = record !== null && isWhole(record) && isWhole(`${record}.previous`) ? [record, record, `${record}.previous`] : []
  const others = ['supervisor.pid', 'watchdog.pid'].map((name) => join(playground.data, name)).filter((path) => existsSync(path))
  const paths = [...records, ...others]
  if (paths.length === 0) return null
  const path = random.pick(paths)
  const how = random.pick(Object.keys(DAMAGES))
  try {
    DAMAGES[how]!(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC' || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  return `${path.slice(playground.data.length + 1)} ${how}`
}

function isWhole(path: string): boolean {
  try {
    JSON.parse(readFileSync(path, 'utf8'))
    return true
  } catch {
    return false
  }
}
