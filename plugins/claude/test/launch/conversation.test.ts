import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {hasConversation, refusalOf} from '../../src/launch/conversation.js'

describe('a conversation of Claude Code', () => {
  let home: string
  const conversation = '25a7762c-0000-4000-8000-000000000000'
  const place = (change: object = {}) => ({conversation, transcript: null, directory: '/state/a_1', env: {HOME: home}, ...change})

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'claude-home-'))
  })
  afterEach(() => rm(home, {recursive: true}))

  const lay = async (...parts: string[]) => {
    const path = join(home, ...parts)
    await mkdir(join(path, '..'), {recursive: true})
    await writeFile(path, '')
    return path
  }

  it('is not there before its first prompt, nor in a home that Claude Code never saw', async () => {
    expect(await hasConversation(place())).to.equal(false)
    await lay('.claude', 'projects', '-w', 'another.jsonl')
    expect(await hasConversation(place())).to.equal(false)
  })

  it('is found in whatever folder Claude Code named after the worktree', async () => {
    await lay('.claude', 'projects', '-some-where', `${conversation}.jsonl`)
    expect(await hasConversation(place())).to.equal(true)
  })

  it('is looked for in CLAUDE_CONFIG_DIR where that is set', async () => {
    await lay('config', 'projects', '-w', `${conversation}.jsonl`)
    expect(await hasConversation(place())).to.equal(false)
    expect(await hasConversation(place({env: {HOME: home, CLAUDE_CONFIG_DIR: join(home, 'config')}}))).to.equal(true)
  })

  it('is found where the agent said it writes, unless that is another conversation', async () => {
    expect(await hasConversation(place({transcript: await lay('t', `${conversation}.jsonl`)}))).to.equal(true)
    expect(await hasConversation(place({transcript: await lay('t', 'before-a-clear.jsonl')}))).to.equal(false)
  })

  it('is known from the two refusals, at the end of a screen alone', () => {
    expect(refusalOf(`Error: Session ID ${conversation} is already in use.\nPane is dead (status 1)`)).to.equal('exists')
    expect(refusalOf(`No conversation found with session ID: ${conversation}\n\n\n`)).to.equal('missing')
    const later = Array.from({length: 9}, (_, index) => `line ${index}`).join('\n')
    expect(refusalOf(`Error: Session ID ${conversation} is already in use.\n${later}`)).to.equal(null)
    expect(refusalOf('')).to.equal(null)
  })
})
