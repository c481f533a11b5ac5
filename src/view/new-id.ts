import {RandomIds} from '../adapters/random-ids.js'

/**
 * An id made by the sender, asker or scheduler: a call that is made again then does nothing twice.
 * @param prefix `m` for a message, `q` for a request, `s` for a check-in, `c` for a claim
 */
export function newId(prefix: 'm' | 'q' | 's' | 'c'): string {
  return new RandomIds().next(prefix)
}
