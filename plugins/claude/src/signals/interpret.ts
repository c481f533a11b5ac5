import type {AgentSignal, HookReport} from '@orch/plugin-kit'
import type {PermissionMode} from '../settings.js'
import {besideIn, originOf, wakesIn} from './own-work.js'
import {describePermission} from './permission.js'
import {signalsOfFailure} from './stop-failure.js'

type Payload = HookReport['payload']

/**
 * What a report of Claude Code's hooks means (its documentation, "Hooks"). Pure.
 * @param now milliseconds UTC when it came, for times of day in it
 * @param askedMode permission mode its conversation was started in, where that is known
 */
export function interpretReport({event, payload}: HookReport, now: number, askedMode?: PermissionMode): AgentSignal[] {
  const signals = signalsOf(event, payload, now, askedMode)
  // A session may go to another folder without a word, and its transcript with it (EnterWorktree, measured on 2.1.332). A subagent has its own place.
  return signals.length === 0 || payload['agent_id'] !== undefined
    ? signals
    : [...signals, ...transcriptIn(event, payload), ...placeIn(event, payload)]
}

function signalsOf(event: string, payload: Payload, now: number, askedMode: PermissionMode | undefined): AgentSignal[] {
  switch (event) {
    case 'SessionStart':
      return [
        ...conversationIn(payload),
        ...(payload['source'] === 'compact' ? [] : [{kind: 'ready', cwd: stringIn(payload, 'cwd')} as const]),
        ...lossIn(payload),
      ]
    case 'UserPromptSubmit':
      return [
        {kind: 'submitted', text: stringIn(payload, 'prompt') ?? '', ...originOf(stringIn(payload, 'prompt') ?? '')},
        {kind: 'working'},
      ]
    case 'Stop':
      // Work that goes on behind a turn that ended is work.
      return [
        isEmpty(payload['background_tasks']) ? {kind: 'idle'} : {kind: 'working', background: true},
        {kind: 'beside', tasks: besideIn(payload['background_tasks'])},
        {kind: 'wakes', times: wakesIn(payload['session_crons'])},
      ]
    case 'SubagentStart':
      return [
        {
          kind: 'beside-began',
          task: {id: stringIn(payload, 'agent_id') ?? '', what: `subagent: ${stringIn(payload, 'agent_type') ?? 'unknown'}`},
        },
      ]
    case 'SubagentStop':
      return [{kind: 'beside-ended', id: stringIn(payload, 'agent_id') ?? ''}]
    case 'StopFailure':
      return signalsOfFailure(stringIn(payload, 'error') ?? 'unknown', stringIn(payload, 'last_assistant_message') ?? '', now)
    case 'PermissionRequest':
      return [{kind: 'needs-input', what: permissionIn(payload) + fallenBack(payload, askedMode)}]
    case 'Notification':
      // Only the dialogs that no other event tells of; that it has been idle for a minute is known from Stop.
      return payload['notification_type'] === 'elicitation_dialog'
        ? [{kind: 'needs-input', what: stringIn(payload, 'message') ?? 'an MCP server asks for something'}]
        : []
    case 'PreCompact':
      return [
        ...(payload['trigger'] === 'manual' ? [{kind: 'command', stage: 'submitted', text: '/compact'} as const] : []),
        {kind: 'working'},
      ]
    case 'PostCompact':
      // In the middle of a turn the work goes on; after a person's /compact nothing does.
      return payload['trigger'] === 'manual' ? [{kind: 'idle'}] : []
    case 'SessionEnd': {
      const reason = stringIn(payload, 'reason') ?? 'other'
      // After /clear and /resume the same process goes on with another conversation and says so with SessionStart.
      return reason === 'clear' || reason === 'resume' ? [] : [{kind: 'ending', why: reason}]
    }
    default:
      return []
  }
}

function permissionIn(payload: Payload): string {
  return describePermission(stringIn(payload, 'tool_name') ?? 'a tool', payload['tool_input'])
}

/** Where a model or an account has no auto mode Claude Code starts in `default`, says nothing, and asks (measured on 2.1.197 and 2.1.330). */
function fallenBack(payload: Payload, askedMode: PermissionMode | undefined): string {
  if (askedMode !== 'auto' || payload['permission_mode'] === 'auto') return ''
  return `: auto mode was asked for, and this model or account has none; answer it, or choose another claude.permissionMode and restart the agent`
}

/** At its start `ready` says where it is. */
function placeIn(event: string, payload: Payload): AgentSignal[] {
  const cwd = stringIn(payload, 'cwd')
  return cwd === null || event === 'SessionStart' ? [] : [{kind: 'place', cwd}]
}

/** Once a session is under way the file is there. 2.1.120 names another one after EnterWorktree, and writes on in the old one (measured). */
function transcriptIn(event: string, payload: Payload): AgentSignal[] {
  const path = stringIn(payload, 'transcript_path')
  return path === null ? [] : [{kind: 'transcript', path, ...(event === 'SessionStart' ? {} : {ifThere: true})}]
}

function lossIn(payload: Payload): AgentSignal[] {
  const how = payload['source']
  return how === 'compact' || how === 'clear' ? [{kind: 'context-lost', how}] : []
}

/** After /clear and /resume it is another one, and the next start must take up that. */
function conversationIn(payload: Payload): AgentSignal[] {
  const id = stringIn(payload, 'session_id')
  return id === null ? [] : [{kind: 'conversation', id}]
}

function stringIn(payload: Payload, key: string): string | null {
  const value = payload[key]
  return typeof value === 'string' ? value : null
}

function isEmpty(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0
}
