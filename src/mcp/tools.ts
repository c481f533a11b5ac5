import {parseDuration} from '@orch/plugin-kit'
import {newId} from '../view/new-id.js'

type Input = Readonly<Record<string, unknown>>

/** A tool, and the call of the supervisor it stands for. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly method: string
  /** The call may be made again when the supervisor dies before its answer. */
  readonly idempotent: boolean
  /** @throws ORCH_USAGE for a time that is none */
  readonly params: (input: Input) => Readonly<Record<string, unknown>>
}

const text = (description: string) => ({type: 'string', description})
const schema = (properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const time = (input: Input, name: string, key: string) => {
  const value = input[name]
  // What is no text is refused as no time.
  return value === undefined ? {} : {[key]: parseDuration(typeof value === 'string' ? value : JSON.stringify(value), name)}
}
const given = (input: Input, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).flatMap(([name, key]) => (input[name] === undefined ? [] : [[key, input[name]]])))

/** Everything an agent can say and ask, as with the `orch` command. Who calls is known by the token of its run, never by what it says. */
export const TOOLS: readonly Tool[] = [
  {
    name: 'send',
    description: 'Send a durable message to a role, to several (a,b), or to all. It is kept until the agent can take it.',
    inputSchema: schema(
      {
        to: text('Role, several with commas, or all.'),
        text: text('What is said.'),
        priority: {enum: ['low', 'normal', 'high', 'urgent'], description: 'low may be given together with others.'},
        replyTo: text('Id of the message this answers.'),
        expires: text('Give it up after this time, e.g. 2h.'),
      },
      ['to', 'text'],
    ),
    method: 'message.send',
    idempotent: true,
    params: (input) => ({
      id: newId('m'),
      ...given(input, {to: 'to', text: 'text', priority: 'priority', replyTo: 'replyTo'}),
      ...time(input, 'expires', 'expiresMs'),
    }),
  },
  {
    name: 'inbox',
    description: 'List the messages to you, with their states.',
    inputSchema: schema({}),
    method: 'message.inbox',
    idempotent: true,
    params: () => ({}),
  },
  {
    name: 'read_message',
    description: 'Read one message to you whole, and mark it read.',
    inputSchema: schema({id: text('Id, or a prefix of it.')}, ['id']),
    method: 'message.read',
    idempotent: true,
    params: (input) => given(input, {id: 'id'}),
  },
  {
    name: 'messages',
    description: 'List all messages of the project, with their states.',
    inputSchema: schema({}),
    method: 'message.list',
    idempotent: true,
    params: () => ({}),
  },
  {
    name: 'ask',
    description: 'Ask a role, or person, for a decision. Returns at once; the answer comes as a message.',
    inputSchema: schema(
      {
        to: text('Role, or person; left out with `for`.'),
        for: text('An action the team template lists: it says who decides, in what time, and what counts without an answer.'),
        question: text('What is to be decided.'),
        timeout: text('How long the approver has, e.g. 15m.'),
        default: text('What counts when no answer comes in time: approve, deny, or words.'),
      },
      ['question'],
    ),
    method: 'approval.ask',
    idempotent: true,
    params: (input) => ({
      id: newId('q'),
      wait: false,
      ...given(input, {to: 'to', for: 'action', question: 'question', default: 'fallback'}),
      ...time(input, 'timeout', 'timeoutMs'),
    }),
  },
  verdict('approve', 'approved', 'Approve a request that was put to you.'),
  verdict('deny', 'denied', 'Deny a request that was put to you.'),
  {
    name: 'answer',
    description: 'Answer a question that was put to you in words.',
    inputSchema: schema({id: text('Id of the request.'), text: text('The answer.')}, ['id', 'text']),
    method: 'approval.answer',
    idempotent: true,
    params: (input) => ({verdict: 'answered', ...given(input, {id: 'id', text: 'reason'})}),
  },
  {
    name: 'done',
    description: 'Claim that your work is done. orch checks commits, a clean tree and the acceptance commands.',
    inputSchema: schema(
      {message: text('What was done.'), evidence: {type: 'array', items: {type: 'string'}, description: 'What shows it.'}},
      ['message'],
    ),
    method: 'claim.done',
    idempotent: true,
    params: (input) => ({key: newId('c'), evidence: [], ...given(input, {message: 'message', evidence: 'evidence'})}),
  },
  {
    name: 'fail',
    description: 'Report that you cannot do your work, and why. orch asks a person.',
    inputSchema: schema({reason: text('Why.')}, ['reason']),
    method: 'claim.fail',
    idempotent: true,
    params: (input) => given(input, {reason: 'reason'}),
  },
  {
    name: 'report_status',
    description: 'Report progress on a topic; the hub of the team gets it without being interrupted.',
    inputSchema: schema({topic: text('About what.'), status: text('The progress.')}, ['topic', 'status']),
    method: 'report.status',
    idempotent: true,
    params: (input) => given(input, {topic: 'topic', status: 'status'}),
  },
  {
    name: 'team_status',
    description: 'Show the team: each agent with its state and what that rests on.',
    inputSchema: schema({}),
    method: 'team.status',
    idempotent: true,
    params: () => ({}),
  },
  {
    name: 'checkin_add',
    description: 'Schedule a note to yourself: once (in) or again and again (every).',
    inputSchema: schema(
      {in: text('After this time, e.g. 10m.'), every: text('Interval, 5m at the shortest.'), note: text('What is said then.')},
      ['note'],
    ),
    method: 'checkin.add',
    idempotent: true,
    params: (input) => ({
      id: newId('s'),
      ...given(input, {note: 'note'}),
      ...time(input, 'in', 'inMs'),
      ...time(input, 'every', 'everyMs'),
    }),
  },
  {
    name: 'checkin_list',
    description: 'List your scheduled notes and check-ins.',
    inputSchema: schema({}),
    method: 'checkin.list',
    idempotent: true,
    params: () => ({}),
  },
  {
    name: 'checkin_remove',
    description: 'Take a scheduled note out.',
    inputSchema: schema({id: text('Id, or a prefix of it.')}, ['id']),
    method: 'checkin.remove',
    idempotent: false,
    params: (input) => given(input, {id: 'id'}),
  },
]

function verdict(name: string, state: 'approved' | 'denied', description: string): Tool {
  return {
    name,
    description,
    inputSchema: schema({id: text('Id of the request.'), reason: text('What the asker should know.')}, ['id']),
    method: 'approval.answer',
    idempotent: true,
    params: (input) => ({verdict: state, ...given(input, {id: 'id', reason: 'reason'})}),
  }
}
