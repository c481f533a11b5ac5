import {join} from 'node:path'

/** An agent's own notes: what a conversation that lost its context, or the one after it, starts from. */
export function notesPath(agentDirectory: string): string {
  return join(agentDirectory, 'notes.md')
}
