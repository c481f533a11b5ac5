import type {Survey} from './survey.js'

/** Matches of one pattern that count; more say nothing new (a folder of a thousand CSV files is no data pipeline). */
const MOST_MATCHES = 3

/**
 * Where an indicator is found.
 * @param match `name` or `folder/` at the root, a path, or a file name with `*` anywhere in the repository
 * @returns up to three paths
 */
export function indicatorMatches(match: string, {files, folders}: Survey): string[] {
  if (match.endsWith('/')) return folders.filter((path) => path === match.slice(0, -1)).slice(0, 1)
  if (!match.includes('*')) return files.filter((path) => path === match).slice(0, 1)
  const pattern = globPattern(match)
  const whole = match.includes('/')
  return files.filter((path) => pattern.test(whole ? path : path.slice(path.lastIndexOf('/') + 1))).slice(0, MOST_MATCHES)
}

function globPattern(glob: string): RegExp {
  const escaped = glob.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  return new RegExp(`^${escaped.join('[^/]*')}$`)
}
