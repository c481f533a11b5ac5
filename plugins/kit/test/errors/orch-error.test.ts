import {pathToFileURL} from 'node:url'
import {createRequire} from 'node:module'
import {expect} from 'chai'
import type * as Kit from '../../src/index.js'
import {OrchError, hasCode, isOrchError, messageOf, toErrorBody} from '../../src/index.js'

describe('OrchError', () => {
  const error = new OrchError('ORCH_NOT_FOUND', {what: 'project', name: 'x'})

  it('says what happened, what to do, and how the process ends', () => {
    expect(error).to.include({name: 'OrchError', code: 'ORCH_NOT_FOUND', exit: 3, message: 'There is no project "x".'})
    expect(error.remedy).to.include('orch status')
    expect(error.oclif).to.deep.equal({exit: 3})
    expect(error.details).to.deep.equal({what: 'project', name: 'x'})
  })

  it('is known by another copy of the kit, and knows its errors', async () => {
    const built = pathToFileURL(createRequire(import.meta.url).resolve('@orch/plugin-kit')).href
    const other = (await import(built)) as typeof Kit
    expect(other.OrchError).not.to.equal(OrchError)
    const theirs = new other.OrchError('ORCH_CONFIG', {problems: ['p']})
    expect(isOrchError(theirs)).to.equal(true)
    expect(hasCode(theirs, 'ORCH_CONFIG')).to.equal(true)
    expect(hasCode(theirs, 'ORCH_STATE')).to.equal(false)
    expect(other.isOrchError(error)).to.equal(true)
    expect(other.toErrorBody(error).code).to.equal('ORCH_NOT_FOUND')
  })

  it('is nothing else that is thrown', () => {
    for (const value of [new Error('x'), null, undefined, 'ORCH_USAGE', {code: 'ORCH_USAGE'}, 7]) expect(isOrchError(value)).to.equal(false)
  })

  it('becomes an answer without loss', () => {
    expect(toErrorBody(error)).to.deep.equal({
      code: 'ORCH_NOT_FOUND',
      message: error.message,
      remedy: error.remedy,
      exit: 3,
      details: {what: 'project', name: 'x'},
    })
    expect(JSON.parse(JSON.stringify(toErrorBody(error)))).to.deep.equal(toErrorBody(error))
  })

  it('makes ORCH_STORE_WRITE, to be tried again later, of a disk that takes no writes: that is no bug', () => {
    for (const code of ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']) {
      const error = Object.assign(new Error(`${code}: it failed, open '/data/plan.json'`), {code, path: '/data/plan.json'})
      expect(toErrorBody(error)).to.include({code: 'ORCH_STORE_WRITE', exit: 75})
      expect(toErrorBody(error).message).to.include('/data/plan.json').and.include(code)
    }
    expect(toErrorBody(Object.assign(new Error('gone'), {code: 'ENOENT'}))).to.include({code: 'ORCH_INTERNAL'})
  })

  it('makes ORCH_STORE_WRITE of git or tmux that finds no room, and of no other error that quotes such words', () => {
    const stderr = 'error: unable to write file .git/objects/ab: No space left on device'
    const git = toErrorBody(new OrchError('ORCH_GIT', {args: ['worktree', 'add'], cwd: '/repo', stderr}))
    expect(git).to.include({code: 'ORCH_STORE_WRITE', exit: 75})
    expect(git.message).to.include('/repo').and.include('git worktree add').and.include('No space left')
    const other = new OrchError('ORCH_AGENT_START', {agent: 'tester', why: 'its test said: No space left on device', screen: ''})
    expect(toErrorBody(other)).to.include({code: 'ORCH_AGENT_START'})
    expect(toErrorBody(new OrchError('ORCH_GIT', {args: ['status'], cwd: '/repo', stderr: 'fatal: damaged'}))).to.include({exit: 1})
  })

  it('makes ORCH_INTERNAL of anything else', () => {
    expect(toErrorBody(new TypeError('x is not a function'))).to.include({
      code: 'ORCH_INTERNAL',
      exit: 1,
      message: 'Unexpected failure: x is not a function',
    })
    expect(toErrorBody('thrown text').message).to.include('thrown text')
    expect(toErrorBody(undefined).message).to.include('undefined')
  })

  it('keeps its cause', () => {
    const cause = new Error('deep')
    expect(new OrchError('ORCH_INTERNAL', {what: 'w'}, {cause}).cause).to.equal(cause)
  })

  it('messageOf takes any thrown value', () => {
    expect([messageOf(new Error('e')), messageOf('s'), messageOf(null)]).to.deep.equal(['e', 's', 'null'])
  })
})
