import {createHash} from 'node:crypto'
import {realpathSync} from 'node:fs'
import {resolve} from 'node:path'

/**
 * The tmux socket of a state directory: the same for every path that leads there, another for every other directory.
 * @param directory the state directory; it need not exist yet
 */
export function socketName(directory: string): string {
  return `orch-${createHash('sha256').update(realPath(directory)).digest('hex').slice(0, 8)}`
}

/** The real path; of what does not exist yet, the real path of its nearest ancestor and the rest. */
function realPath(path: string): string {
  const absolute = resolve(path)
  try {
    return realpathSync(absolute)
  } catch {
    const parent = resolve(absolute, '..')
    return parent === absolute ? absolute : resolve(realPath(parent), absolute.slice(parent.length).replace(/^\/+/, ''))
  }
}
