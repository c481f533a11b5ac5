import {expect} from 'chai'
import {interpretReport} from '../../src/signals/interpret.js'

const NOW = Date.parse('2026-11-22T16:30:00Z')
const means = (event: string, payload: Record<string, unknown> = {}) => interpretReport({event, payload}, NOW)

describe('interpretReport', () => {
  it('takes SessionStart for readiness, and for nothing new after a compaction', () => {
    const payload = {transcript_path: '/t.jsonl', cwd: '/w', session_id: 's_2'}
    const transcript = {kind: 'transcript', path: '/t.jsonl'}
    const conversation = {kind: 'conversation', id: 's_2'}
    for (const source of ['startup', 'resume']) {
      expect(means('SessionStart', {...payload, source})).to.deep.equal([conversation, {kind: 'ready', cwd: '/w'}, transcript])
    }
    const lost = (how: string) => ({kind: 'context-lost', how})
    expect(means('SessionStart', {...payload, source: 'clear'})).to.have.deep.members([
      transcript,
      conversation,
      {kind: 'ready', cwd: '/w'},
      lost('clear'),
    ])
    expect(means('SessionStart', {...payload, source: 'compact'})).to.have.deep.members([transcript, conversation, lost('compact')])
  })

  it('takes UserPromptSubmit for the text submitted and work begun', () => {
    expect(means('UserPromptSubmit', {prompt: 'm_1 hello'})).to.deep.equal([{kind: 'submitted', text: 'm_1 hello'}, {kind: 'working'}])
  })

  it('takes Stop for idleness unless work goes on behind it', () => {
    const nothing = [
      {kind: 'beside', tasks: []},
      {kind: 'wakes', times: []},
    ]
    expect(means('Stop', {background_tasks: []})).to.deep.equal([{kind: 'idle'}, ...nothing])
    expect(means('Stop')).to.deep.equal([{kind: 'idle'}, ...nothing])
    expect(means('Stop', {background_tasks: [{id: 'b1'}]})[0]).to.deep.equal({kind: 'working', background: true})
  })

  it('names what runs beside a turn, and when a session has itself woken', () => {
    const tasks = [
      {id: 'b1', type: 'shell', status: 'running', description: 'dev server', command: 'npm run dev'},
      {id: 'a1', type: 'subagent', status: 'running', description: '', agent_type: 'Explore'},
      'nonsense',
    ]
    const crons = [{id: 'c1', schedule: '* * * * *', recurring: true, prompt: 'look again'}]
    expect(means('Stop', {background_tasks: tasks, session_crons: crons})).to.deep.include.members([
      {
        kind: 'beside',
        tasks: [
          {id: 'b1', what: 'shell: dev server'},
          {id: 'a1', what: 'subagent'},
        ],
      },
      {kind: 'wakes', times: ['* * * * * look again']},
    ])
    expect(means('SubagentStart', {agent_id: 'a1', agent_type: 'Explore'})).to.deep.equal([
      {kind: 'beside-began', task: {id: 'a1', what: 'subagent: Explore'}},
    ])
    expect(means('SubagentStop', {agent_id: 'a1', background_tasks: [{id: 'a1'}]})).to.deep.equal([{kind: 'beside-ended', id: 'a1'}])
  })

  it('takes transcript and place from every event of the agent itself, and none from a subagent', () => {
    const payload = {transcript_path: '/new.jsonl', cwd: '/elsewhere'}
    for (const event of ['UserPromptSubmit', 'Stop', 'StopFailure', 'PermissionRequest', 'SessionEnd']) {
      expect(means(event, payload), event).to.deep.include.members([
        {kind: 'transcript', path: '/new.jsonl', ifThere: true},
        {kind: 'place', cwd: '/elsewhere'},
      ])
    }
    const kinds = means('PermissionRequest', {...payload, agent_id: 'a1'}).map(({kind}) => kind)
    expect(kinds).to.deep.equal(['needs-input'])
  })

  it('tells who gave a prompt where its text says so', () => {
    const from = (prompt: string) => means('UserPromptSubmit', {prompt})[0]
    expect(from('<task-notification>\n<task-id>b1</task-id>')).to.include({from: 'itself'})
    expect(from('Another Claude session sent a message:\n<cross-session-message from="uds:1" from-name="tester · one">hi')).to.include({
      from: 'another session: tester · one',
    })
    expect(from('hello')).to.not.have.property('from')
  })

  it('says of a question that comes although auto mode was asked for that there is none', () => {
    const what = (mode: string, asked?: 'auto' | 'plan') =>
      interpretReport({event: 'PermissionRequest', payload: {tool_name: 'Bash', permission_mode: mode}}, NOW, asked)[0]
    expect(what('default', 'auto')).to.have.property('what').that.includes('claude.permissionMode')
    for (const asks of [what('auto', 'auto'), what('plan', 'plan'), what('default')])
      expect(asks).to.deep.equal({kind: 'needs-input', what: 'permission for Bash'})
  })

  describe('a turn that failed', () => {
    const failure = (error: string, message: string) => means('StopFailure', {error, last_assistant_message: message})
    const kinds: readonly (readonly [string, string, Record<string, unknown>])[] = [
      ['rate_limit', "You've hit your 5-hour limit · resets 7:05pm (UTC)", {kind: 'limited', cause: 'plan', resetsAt: NOW + 155 * 60_000}],
      [
        'billing_error',
        'spend limit reached · resets Nov 25 (UTC)',
        {kind: 'limited', cause: 'plan', resetsAt: Date.parse('2026-11-25T00:00:00Z')},
      ],
      ['rate_limit', 'API Error: Request rejected (429)', {kind: 'limited', cause: 'throttle', resetsAt: null}],
      ['server_error', 'API Error: 529 Overloaded', {kind: 'limited', cause: 'server', resetsAt: null}],
      ['overloaded', 'Repeated 529 Overloaded errors', {kind: 'limited', cause: 'server', resetsAt: null}],
      ['unknown', 'API Error: Connection closed mid-response', {kind: 'limited', cause: 'server', resetsAt: null}],
      ['billing_error', 'Credit balance is too low', {kind: 'account', problem: 'billing'}],
      ['billing_error', 'spend limit reached', {kind: 'account', problem: 'billing'}],
      ['authentication_failed', 'Not logged in · Please run /login', {kind: 'account', problem: 'login'}],
      ['unknown', 'OAuth token has expired · Please run /login', {kind: 'account', problem: 'login'}],
      ['account_on_hold', '', {kind: 'account', problem: 'login'}],
      ['max_output_tokens', '', {kind: 'idle'}],
      ['model_not_found', 'There is an issue with the selected model', {kind: 'needs-input', dialog: false}],
      ['something_new', '', {kind: 'needs-input', what: 'something_new: something_new', dialog: false}],
    ]
    for (const [error, message, wanted] of kinds) {
      it(`by ${error} with "${message}" is ${Object.values(wanted).slice(0, 2).join(' ')}`, () => {
        const signals = failure(error, message)
        expect(signals).to.have.length(1)
        expect(signals[0]).to.include(wanted)
      })
    }
  })

  it('takes a question of an MCP server for a need of a person, and other notifications for nothing', () => {
    expect(means('Notification', {notification_type: 'elicitation_dialog', message: 'Which account?'})).to.deep.equal([
      {kind: 'needs-input', what: 'Which account?'},
    ])
    expect(means('Notification', {notification_type: 'idle_prompt', message: 'x'})).to.deep.equal([])
  })

  it('takes a compaction for work, and the end of one a person asked for for rest', () => {
    expect(means('PreCompact', {trigger: 'auto'})).to.deep.equal([{kind: 'working'}])
    expect(means('PostCompact', {trigger: 'auto'})).to.deep.equal([])
    expect(means('PostCompact', {trigger: 'manual'})).to.deep.equal([{kind: 'idle'}])
  })

  describe('a permission that is asked for', () => {
    const asks = (tool_name: string, tool_input?: unknown) =>
      (means('PermissionRequest', {tool_name, tool_input})[0] as {kind: 'needs-input'; what: string}).what

    it('names the tool and what it is to do', () => {
      expect(asks('Bash')).to.equal('permission for Bash')
      expect(asks('Bash', {command: 'git status -sb; env', description: 'Look'})).to.equal('permission for Bash: git status -sb; env')
      expect(asks('Edit', {file_path: '/w/a.ts', old_string: 'a'})).to.equal('permission for Edit: /w/a.ts')
      expect(asks('WebFetch', {url: 'https://example.org', prompt: 'read'})).to.equal('permission for WebFetch: https://example.org')
      expect(asks('mcp__db__query', {sql: 'drop'})).to.equal('permission for mcp__db__query: {"sql":"drop"}')
    })

    it('is the question with its options where the agent asks one', () => {
      const question = 'Which colour shall the button have?'
      const options = [{label: 'Red', description: 'warm'}, {label: 'Blue'}]
      expect(asks('AskUserQuestion', {questions: [{question, options}, {question: 'And its size?'}]})).to.equal(
        'asks: Which colour shall the button have? (Red / Blue) And its size?',
      )
      expect(asks('AskUserQuestion', {questions: 'none'})).to.equal('permission for AskUserQuestion: {"questions":"none"}')
    })

    it('is short, however long its input', () => {
      expect(asks('Bash', {command: 'x'.repeat(9_000)})).to.have.length(500)
    })
  })

  it('takes SessionEnd for the end of the process, but not after /clear and /resume', () => {
    expect(means('SessionEnd', {reason: 'prompt_input_exit'})).to.deep.equal([{kind: 'ending', why: 'prompt_input_exit'}])
    expect(means('SessionEnd', {})).to.deep.equal([{kind: 'ending', why: 'other'}])
    expect(means('SessionEnd', {reason: 'clear'})).to.deep.equal([])
    expect(means('SessionEnd', {reason: 'resume'})).to.deep.equal([])
  })

  it('makes nothing of events it does not know, nor of payloads that are not what they should be', () => {
    expect(means('SomethingNew', {prompt: 'x'})).to.deep.equal([])
    expect(means('SessionStart', {cwd: 7, transcript_path: {}})).to.deep.equal([{kind: 'ready', cwd: null}])
    expect(means('UserPromptSubmit', {prompt: ['x']})).to.deep.equal([{kind: 'submitted', text: ''}, {kind: 'working'}])
  })
})
