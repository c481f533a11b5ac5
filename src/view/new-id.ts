import {RandomIds} from '../adapters/random-ids.js'

/**
 * An id made by whoever sends, asks or schedules: a call that is made again then does nothing twice.
 * @param prefix `m` for a message, `q` for a request, `s` for a check-in
 */
export function newId(prefix: 'm' | 'q' | 's'): string {
  return new RandomIds().next(prefix)
}
