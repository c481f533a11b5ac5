import {LIFECYCLE, type EventName} from '@orch/plugin-kit'
import {code, heading, table} from './root.js'
import {membersOf} from './source-comments.js'

const SOURCE = 'plugins/kit/src/hooks/events.ts'

/** Makes the reference of the events that plugins answer. */
export function eventsPage(): string {
  const members = membersOf(SOURCE, 'OrchEvents')
  const rows = (Object.keys(LIFECYCLE) as EventName[]).map((event) => {
    const {fold, owner, timeoutMs} = LIFECYCLE[event]
    const {comment, input, output} = members.get(event)!
    return [code(event), fold, String(timeoutMs / 1000), comment, input, output === 'void' ? '–' : code(output), owner ? code(owner) : '–']
  })
  return [
    heading('Events', `\`${SOURCE}\` and \`plugins/kit/src/hooks/lifecycle.ts\``),
    'How plugins answer events, and how answers become one (`fold`): [plugins](../plugins.md#events). `orch hooks` lists the handlers installed here.',
    table(['event', 'fold', 'time-out (s)', 'when', 'input', 'answer', 'owner'], rows),
    'An event with an owner fails closed: orch does not start when the owner does not declare it, and a call fails when the owner does not answer.',
  ].join('\n\n')
}
