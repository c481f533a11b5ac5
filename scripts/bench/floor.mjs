import {fileURLToPath} from 'node:url'
import {wallOf} from './measure.mjs'

const SCRIPT = fileURLToPath(new URL('floor.sh', import.meta.url))

/**
 * Milliseconds that a shell script takes for the work without which no agent starts.
 * @param name of a folder and of branches that nobody has used
 */
export function floorOf(place, name, count) {
  return wallOf('sh', [SCRIPT, place.origin, place.path('floor', name), String(count), process.execPath], {
    cwd: place.folder,
    env: place.env,
  })
}
