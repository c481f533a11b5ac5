import {appendFile, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {readTranscriptFrom, signalsOfLine} from '../../src/signals/transcript.js'

const user = (content: unknown, over: object = {}) =>
  JSON.stringify({type: 'user', isSidechain: false, message: {role: 'user', content}, ...over})
const enqueue = (content: string) => JSON.stringify({type: 'queue-operation', operation: 'enqueue', content, sessionId: 's'})

describe('signalsOfLine', () => {
  it('finds receipts: a line of the person, a queued command, an entry into the queue', () => {
    expect(signalsOfLine(user('m_1'))).to.deep.equal([{kind: 'acknowledged', text: 'm_1'}])
    expect(signalsOfLine(user([{type: 'text', text: 'm_1'}, {type: 'image'}, {type: 'text', text: 'more'}]))).to.deep.equal([
      {kind: 'acknowledged', text: 'm_1\nmore'},
    ])
    expect(signalsOfLine(JSON.stringify({type: 'attachment', attachment: {type: 'queued_command', prompt: 'm_2'}}))).to.deep.equal([
      {kind: 'acknowledged', text: 'm_2'},
    ])
    expect(signalsOfLine(enqueue('m_3'))).to.deep.equal([{kind: 'submitted', text: 'm_3'}])
  })

  it('tells with its time that a person broke a turn off', () => {
    const timestamp = '2026-11-22T16:30:00.000Z'
    const at = Date.parse(timestamp)
    for (const words of ['[Request interrupted by user]', '[Request interrupted by user for tool use]']) {
      expect(signalsOfLine(user([{type: 'text', text: words}], {timestamp}))).to.deep.equal([{kind: 'idle', at}])
    }
    const quoted = user('he said [Request interrupted by user]', {timestamp})
    expect(signalsOfLine(quoted)).to.have.nested.property('[0].kind', 'acknowledged')
  })

  it('tells with its time of tools that were denied with nobody asked', () => {
    const timestamp = '2026-11-22T16:30:00.000Z'
    const result = (content: unknown, more: object = {}) =>
      user([{type: 'tool_result', is_error: true, tool_use_id: 't', content, ...more}], {timestamp})
    for (const [words, what] of [
      ["Permission to use Write has been denied because Claude Code is running in don't ask mode. IMPORTANT: …", 'Write'],
      ['Permission to use Bash with command rm -r a\nb has been denied.', 'Bash with command rm -r a b'],
      ['Permission to edit /etc/hosts has been denied.', 'edit /etc/hosts'],
      ['Permission for this action has been denied. Reason: it is risky. If you', 'an action (it is risky)'],
      ['Permission for this action was denied by the Claude Code auto mode classifier. Reason: it is risky.', 'an action (it is risky)'],
    ] as const) {
      expect(signalsOfLine(result(words)), words).to.deep.equal([{kind: 'denied', what, at: Date.parse(timestamp)}])
    }
    expect(signalsOfLine(result([{type: 'text', text: 'Permission to read /x has been denied.'}]))).to.have.nested.property(
      '[0].what',
      'read /x',
    )
    expect(signalsOfLine(result('Permission to use Write has been denied.', {is_error: false})), 'output of a tool').to.deep.equal([])
    expect(signalsOfLine(result('cat: Permission denied'))).to.deep.equal([])
  })

  it('tells with its time what a failed turn said, as the hook does', () => {
    const line = (over: object) =>
      JSON.stringify({
        ...{type: 'assistant', isApiErrorMessage: true, error: 'rate_limit', timestamp: '2026-11-22T16:30:00.000Z'},
        message: {
          role: 'assistant',
          model: '<synthetic>',
          content: [{type: 'text', text: "You've hit your 5-hour limit · resets 7:05pm (UTC)"}],
        },
        ...over,
      })
    expect(signalsOfLine(line({}))).to.deep.equal([
      {
        ...{kind: 'limited', cause: 'plan', what: "You've hit your 5-hour limit · resets 7:05pm (UTC)"},
        ...{resetsAt: Date.parse('2026-11-22T19:05:00Z'), at: Date.parse('2026-11-22T16:30:00Z')},
      },
    ])
    // Words an agent wrote, and a line without its time, mean nothing.
    expect(signalsOfLine(line({isApiErrorMessage: false}))).to.deep.equal([])
    expect(signalsOfLine(line({timestamp: 'x'}))).to.deep.equal([])
  })

  it('takes nothing else for one: results of tools, helpers, notes of Claude Code, what was only listed', () => {
    for (const line of [
      user([{type: 'tool_result', content: 'm_1'}]),
      user('m_1', {isSidechain: true}),
      user('m_1', {isMeta: true}),
      JSON.stringify({type: 'assistant', message: {role: 'assistant', content: [{type: 'text', text: 'm_1'}]}}),
      JSON.stringify({type: 'attachment', attachment: {type: 'skill_listing', content: 'm_1'}}),
      JSON.stringify({type: 'queue-operation', operation: 'dequeue'}),
      JSON.stringify({type: 'last-prompt', lastPrompt: 'm_1'}),
      JSON.stringify({type: 'user'}),
      '{"type":"user","message":{"role":"user","content":"m_1',
      'm_1',
      'null',
      '',
    ]) {
      expect(signalsOfLine(line), line).to.deep.equal([])
    }
  })
})

describe('readTranscriptFrom', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orch-transcript-'))
    path = join(folder, 't.jsonl')
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const texts = (reading: Awaited<ReturnType<typeof readTranscriptFrom>>) =>
    reading.signals.map((signal) => ('text' in signal ? signal.text : signal.kind))

  it('reads on where it was, whole lines only, also when one is torn inside a character', async () => {
    expect(await readTranscriptFrom(path, null)).to.deep.equal({position: 0, signals: []})
    const line = Buffer.from(`${user('grüße')}\n`)
    const middle = line.indexOf('ü') + 1
    await writeFile(path, `${user('one')}\n`)
    await appendFile(path, line.subarray(0, middle))
    const first = await readTranscriptFrom(path, null)
    expect(texts(first)).to.deep.equal(['one'])
    await appendFile(path, line.subarray(middle))
    const second = await readTranscriptFrom(path, first.position)
    expect(texts(second)).to.deep.equal(['grüße'])
    expect(await readTranscriptFrom(path, second.position)).to.deep.equal({position: second.position, signals: []})
  })

  it('reads lines longer than a chunk and goes on behind damaged ones', async () => {
    const long = 'x'.repeat(2_500_000)
    await writeFile(path, `${user('one')}\n${user(long)}\n{"type": "user", "mess\n\0\0\0\n${user('two')}\n`)
    expect(texts(await readTranscriptFrom(path, null))).to.deep.equal(['one', long, 'two'])
  })

  it('starts over when the file is shorter than it was', async () => {
    await writeFile(path, `${user('new')}\n`)
    expect(texts(await readTranscriptFrom(path, 1_000_000))).to.deep.equal(['new'])
  })
})
