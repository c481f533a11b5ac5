import {RandomIds} from '../adapters/random-ids.js'

/** The id of a message is made by whoever sends it: a call that is made again then sends nothing twice. */
export function newMessageId(): string {
  return new RandomIds().next('m')
}
