import {expect} from 'chai'
import {interpretReport} from '../../src/signals/interpret.js'

const NOW = Date.parse('2026-11-22T16:30:00Z')
const means = (event: string, payload: Record<string, unknown> = {}) => interpretReport({event, payload}, NOW)

describe('interpretReport', () => {
  it('takes SessionStart for readiness, and for nothing new after a compaction', () => {
    const payload = {transcript_path: '/t.jsonl', cwd: '/w'}
    const transcript = {kind: 'transcript', path: '/t.jsonl'}
    for (const source of ['startup', 'resume']) {
      expect(means('SessionStart', {...payload, source})).to.deep.equal([transcript, {kind: 'ready', cwd: '/w'}])
    }
    expect(means('SessionStart', {...payload, source: 'compact'})).to.not.deep.include({kind: 'ready', cwd: '/w'})
  })

  it('takes a compaction and a clear for a loss of context', () => {
    const payload = {transcript_path: '/t.jsonl', cwd: '/w'}
    const transcript = {kind: 'transcript', path: '/t.jsonl'}
    expect(means('SessionStart', {...payload, source: 'compact'})).to.deep.equal([transcript, {kind: 'context-lost', how: 'compact'}])
    expect(means('SessionStart', {...payload, source: 'clear'})).to.deep.equal([
      transcript,
      {kind: 'ready', cwd: '/w'},
      {kind: 'context-lost', how: 'clear'},
    ])
  })

  it('takes UserPromptSubmit for the text submitted and work begun', () => {
    expect(means('UserPromptSubmit', {prompt: 'm_1 hello'})).to.deep.equal([{kind: 'submitted', text: 'm_1 hello'}, {kind: 'working'}])
  })

  it('takes Stop for idleness unless work goes on behind it', () => {
    expect(means('Stop', {background_tasks: []})).to.deep.equal([{kind: 'idle'}])
    expect(means('Stop')).to.deep.equal([{kind: 'idle'}])
    expect(means('Stop', {background_tasks: [{id: 'b1'}]})).to.deep.equal([{kind: 'working'}])
  })

  it('tells a limit, a passing failure and a matter for a person apart', () => {
    const failure = (error: string, message: string) => means('StopFailure', {error, last_assistant_message: message})
    expect(failure('rate_limit', "You've hit your 5-hour limit · resets 7:05pm (UTC)")).to.deep.equal([
      {kind: 'limited', what: "You've hit your 5-hour limit · resets 7:05pm (UTC)", resetsAt: Date.parse('2026-11-22T19:05:00Z')},
    ])
    expect(failure('rate_limit', 'API Error: Request rejected (429)')).to.have.deep.nested.property('[0].resetsAt', null)
    expect(failure('server_error', 'API Error: 529 Overloaded')).to.have.nested.property('[0].kind', 'limited')
    expect(failure('billing_error', 'Credit balance is too low')).to.deep.equal([
      {kind: 'needs-input', what: 'billing_error: Credit balance is too low'},
    ])
    expect(failure('authentication_failed', 'Please run /login')).to.have.nested.property('[0].kind', 'needs-input')
    expect(failure('max_output_tokens', '')).to.deep.equal([{kind: 'idle'}])
    expect(means('StopFailure')).to.deep.equal([{kind: 'needs-input', what: 'unknown: unknown'}])
  })

  it('names the tool a permission is asked for', () => {
    expect(means('PermissionRequest', {tool_name: 'Bash'})).to.deep.equal([{kind: 'needs-input', what: 'permission for Bash'}])
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
