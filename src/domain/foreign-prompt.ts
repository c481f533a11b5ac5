import type {Project} from './model/project.js'
import type {Agent} from './model/agent.js'

/** A slash command: orch's own, or one only a keyboard gives. */
const COMMAND = /^\s*\/[\w:-]+/

/** Whether a prompt is one that orch gave: a message with its id, a first prompt that names a file in the agent's folder, or a command. */
export function isOrchs({messages}: Project, {id, directory}: Agent, text: string): boolean {
  if (text === '' || COMMAND.test(text) || text.includes(directory)) return true
  return messages.some((message) => message.to === id && text.includes(message.id))
}
