import type {AgentSignal, HookReport} from '@orch/plugin-kit'
import {parseLimit} from '../words.js'

/** What a report of the player's hooks means; events it does not know mean nothing. */
export function interpret({event, payload}: HookReport): AgentSignal[] {
  const text = (key: string): string | null => (typeof payload[key] === 'string' ? payload[key] : null)
  switch (event) {
    case 'SessionStart': {
      const transcript: AgentSignal[] = text('transcript_path') === null ? [] : [{kind: 'transcript', path: text('transcript_path')!}]
      // A compaction starts the session anew in the middle of a turn: that is not being ready for another.
      const compacted: AgentSignal[] = [{kind: 'command', stage: 'acknowledged', text: '/compact'}, ...transcript]
      return text('source') === 'compact' ? compacted : [{kind: 'ready', cwd: text('cwd')}, ...transcript]
    }
    case 'UserPromptSubmit':
      return text('prompt') === null ? [] : [{kind: 'submitted', text: text('prompt')!}, {kind: 'working'}]
    case 'Stop': {
      const background = payload['background_tasks']
      return Array.isArray(background) && background.length > 0 ? [] : [{kind: 'idle'}]
    }
    case 'StopFailure': {
      const what = text('last_assistant_message') ?? 'limit'
      return text('error') === 'rate_limit' ? [{kind: 'limited', what, resetsAt: parseLimit(what)?.resetsAt ?? null}] : []
    }
    case 'PermissionRequest':
      return [{kind: 'needs-input', what: `permission to use ${text('tool_name') ?? 'a tool'}`}]
    case 'SessionEnd':
      // After /clear the session goes on under the same process.
      return text('reason') === 'clear' ? [] : [{kind: 'ending', why: text('reason') ?? 'other'}]
    default:
      return []
  }
}
