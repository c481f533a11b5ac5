import {expect} from 'chai'
import {FakeIds, FakeRunner, MemoryLogger} from '../../src/testing/index.js'

describe('FakeRunner', () => {
  it('answers with the longest match, and keeps the calls', async () => {
    const runner = new FakeRunner()
      .on(['git'], {stdout: 'any'})
      .on(['git', 'status'], {stdout: 'clean'})
      .on(['echo'], (args) => ({stdout: args.join(' ')}))
    expect((await runner.run('git', ['log'])).stdout).to.equal('any')
    expect((await runner.run('git', ['status', '-s'], {cwd: '/r'})).stdout).to.equal('clean')
    expect(await runner.run('echo', ['a', 'b'])).to.include({stdout: 'a b', exitCode: 0, timedOut: false})
    expect(runner.calls[1]).to.deep.equal({file: 'git', args: ['status', '-s'], options: {cwd: '/r'}})
  })

  it('refuses what it was not told of, and says what it knows', async () => {
    const failure: unknown = await new FakeRunner()
      .on(['git', 'status'])
      .run('rm', ['-r'])
      .catch((error: unknown) => error)
    expect((failure as Error).message)
      .to.include('rm -r')
      .and.include('git status')
    expect(() => new FakeRunner().start('tmux', ['-C'])).to.throw('tmux -C')
  })
})

describe('FakeIds', () => {
  it('never gives one twice', () => {
    const ids = new FakeIds()
    const given = [ids.next('p'), ids.next('a'), ids.token(), ids.token(), ids.uuid(), ids.uuid()]
    expect(new Set(given).size).to.equal(given.length)
    expect(given[0]).to.match(/^p_/)
    expect(given[4]).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

describe('MemoryLogger', () => {
  it('keeps lines in order, those of children with their fields', () => {
    const logger = new MemoryLogger()
    logger.info('one', {a: 1})
    logger.child({b: 2}).child({c: 3}).warn('two', {d: 4})
    expect(logger.lines).to.deep.equal([
      {level: 'info', message: 'one', fields: {a: 1}},
      {level: 'warn', message: 'two', fields: {b: 2, c: 3, d: 4}},
    ])
  })
})
