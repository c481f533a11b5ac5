import type {Message} from '../model/message.js'

/** Every message as it was accepted, and as it was settled when it left the record; the last line about a message counts. */
export interface Archive {
  append(project: string, messages: readonly Message[]): Promise<void>
  read(project: string): Promise<readonly Message[]>
}
