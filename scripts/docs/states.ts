import {AGENT_TRANSITIONS} from '../../src/domain/agent-states.js'
import {MERGE_TRANSITIONS} from '../../src/domain/merge-states.js'
import {MESSAGE_TRANSITIONS} from '../../src/domain/message-states.js'
import {PROJECT_TRANSITIONS} from '../../src/domain/project-states.js'
import {code, heading, table} from './root.js'
import {commentsOfList} from './source-comments.js'

const SOURCE = 'plugins/kit/src/vocabulary.ts'
/** Title, list of states, and table of transitions. */
const MACHINES: readonly (readonly [string, string, Readonly<Record<string, readonly string[]>>])[] = [
  ['Project', 'PROJECT_STATES', PROJECT_TRANSITIONS],
  ['Agent', 'AGENT_STATES', AGENT_TRANSITIONS],
  ['Message', 'MESSAGE_STATES', MESSAGE_TRANSITIONS],
  ['Merge', 'MERGE_STATES', MERGE_TRANSITIONS],
]

/** Makes the reference of the states of projects, agents, messages and merges. */
export function statesPage(): string {
  return [
    heading('States', `\`${SOURCE}\` and \`src/domain/*-states.ts\``),
    'What moves a project, agent, message or merge from state to state: [architecture](../architecture.md).',
    ...MACHINES.flatMap(([title, list, transitions]) => [
      `## ${title}`,
      table(
        ['state', 'meaning', 'next'],
        [...commentsOfList(SOURCE, list)].map(([state, meaning]) => [code(state), meaning, nextOf(transitions[state]!)]),
      ),
    ]),
  ].join('\n\n')
}

function nextOf(states: readonly string[]): string {
  return states.length === 0 ? '–' : states.map(code).join(' ')
}
