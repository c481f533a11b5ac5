import {agentDriverContract} from '../../../../test/contract/agent-driver-contract.js'
import {RehearsalDriver} from '../../src/index.js'
import {limitText} from '../../src/words.js'
import {ajvSchemas} from '../support/ajv-schemas.js'

const UNTIL = Date.UTC(2026, 10, 22, 19, 5, 7, 123)
const LIMIT = limitText(UNTIL)
const common = {session_id: 's', transcript_path: '/t.jsonl', cwd: '/w'}
const message = (content: unknown) => JSON.stringify({type: 'user', message: {role: 'user', content}})

agentDriverContract('rehearsal', () => ({
  driver: new RehearsalDriver({
    schemas: ajvSchemas(),
    hookCommand: ['/bin/sh', '/hook.sh'],
    player: '/player/main.js',
    version: '1.2.3',
  }),
  options: {speed: 0, dialogs: {trust: true}},
  reports: [
    {
      report: {event: 'SessionStart', payload: {...common, source: 'startup'}},
      means: [
        {kind: 'ready', cwd: '/w'},
        {kind: 'transcript', path: '/t.jsonl'},
      ],
    },
    {
      report: {event: 'SessionStart', payload: {...common, source: 'compact'}},
      means: [
        {kind: 'command', stage: 'acknowledged', text: '/compact'},
        {kind: 'transcript', path: '/t.jsonl'},
        {kind: 'context-lost', how: 'compact'},
      ],
    },
    {
      report: {event: 'UserPromptSubmit', payload: {...common, prompt: 'hello'}},
      means: [{kind: 'submitted', text: 'hello'}, {kind: 'working'}],
    },
    {report: {event: 'Stop', payload: {...common, background_tasks: []}}, means: [{kind: 'idle'}]},
    {report: {event: 'Stop', payload: {...common, background_tasks: [{id: 1}]}}, means: []},
    {
      report: {event: 'StopFailure', payload: {...common, error: 'rate_limit', last_assistant_message: LIMIT}},
      means: [{kind: 'limited', what: LIMIT, resetsAt: UNTIL}],
    },
    {
      report: {event: 'PermissionRequest', payload: {...common, tool_name: 'Bash'}},
      means: [{kind: 'needs-input', what: 'permission to use Bash'}],
    },
    {report: {event: 'SessionEnd', payload: {...common, reason: 'other'}}, means: [{kind: 'ending', why: 'other'}]},
    {report: {event: 'SessionEnd', payload: {...common, reason: 'clear'}}, means: []},
  ],
  screens: [
    {name: 'empty composer', screen: '● done\n\n❯\n  ⏵ developer · idle', shows: {what: 'composer', draft: null}},
    {name: 'draft', screen: '> old\n\n❯ two\n  lines\n  ⏵ developer · idle', shows: {what: 'composer', draft: 'two\nlines'}},
    {
      name: 'busy with a draft',
      screen: '\n❯ more\n  ⏵ esc to interrupt · developer · working · 1 queued',
      shows: {what: 'busy', draft: 'more'},
    },
    {
      name: 'limit',
      screen: `● one\n  ⎿ ${LIMIT.replace('\n', '\n    ')}\n\n❯\n  ⏵ developer · idle`,
      shows: {what: 'limit', text: LIMIT.replace('\n', ' '), resetsAt: UNTIL},
    },
    {
      name: 'talk about a limit',
      screen: `  ⎿ ${LIMIT}\n● That was all.\n\n❯\n  ⏵ developer · idle`,
      shows: {what: 'composer', draft: null},
    },
    {
      name: 'trust, refusing option highlighted',
      screen: 'log\n────\nAccessing workspace:\n/w\n  Yes, I trust this folder\n❯ No, exit\nEnter to confirm · Esc to cancel',
      shows: {
        what: 'dialog',
        name: 'trust',
        text: 'Accessing workspace:\n/w\n  Yes, I trust this folder\n❯ No, exit\nEnter to confirm · Esc to cancel',
        answer: ['Up'],
      },
    },
    {
      name: 'trust, moved',
      screen: '────\nAccessing workspace:\n❯ Yes, I trust this folder\n  No, exit\nEnter to confirm · Esc to cancel',
      shows: {
        what: 'dialog',
        name: 'trust',
        text: 'Accessing workspace:\n❯ Yes, I trust this folder\n  No, exit\nEnter to confirm · Esc to cancel',
        answer: ['Enter'],
      },
    },
    {
      name: 'trust with other options',
      screen: '────\nAccessing workspace:\n❯ No, exit\n  Perhaps\nEnter to confirm · Esc to cancel',
      shows: {
        what: 'dialog',
        name: 'trust',
        text: 'Accessing workspace:\n❯ No, exit\n  Perhaps\nEnter to confirm · Esc to cancel',
        answer: null,
      },
    },
    {
      name: 'permission that names another dialog',
      screen: '────\nPermission request: Bash\nAccessing workspace:\n❯ Yes\n  No\nEnter to confirm · Esc to cancel',
      shows: {
        what: 'dialog',
        name: 'permission',
        text: 'Permission request: Bash\nAccessing workspace:\n❯ Yes\n  No\nEnter to confirm · Esc to cancel',
        answer: null,
      },
    },
  ],
  transcript: {
    submitted: (text) => JSON.stringify({type: 'queue-operation', operation: 'enqueue', content: text}),
    acknowledged: [
      (text) => message(text),
      (text) => message([{type: 'text', text}]),
      (text) => JSON.stringify({type: 'attachment', attachment: {type: 'queued_command', prompt: text}}),
    ],
    others: [
      JSON.stringify({type: 'assistant', message: {role: 'assistant', content: [{type: 'text', text: 'user'}]}}),
      JSON.stringify({type: 'queue-operation', operation: 'dequeue'}),
      JSON.stringify({type: 'user', isMeta: true, message: {content: 'caveat'}}),
      message([{type: 'tool_result', content: 'x'}]),
      JSON.stringify({type: 'kind-of-the-future', content: []}),
    ],
  },
}))
