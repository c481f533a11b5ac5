import {COMMAND_MARK} from '@orch/plugin-kit'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import {expect} from 'chai'
import {CommandsUnderWay} from '../../../src/services/recovery/commands-under-way.js'
import {FakeHost} from '../../support/fake-host.js'

describe('CommandsUnderWay', () => {
  const open = () => {
    const [host, clock, logger] = [new FakeHost(), new FakeClock(), new MemoryLogger()]
    const commands = new CommandsUnderWay({host, clock, logger, state: '/state'})
    let isOver = false
    const settle = () => void commands.settle().then(() => (isOver = true))
    return {host, clock, logger, settle, isOver: () => isOver}
  }

  it('waits for the end of a command of this state directory, and of no other', async () => {
    const {host, clock, settle, isOver} = open()
    host.run(7, {env: {[COMMAND_MARK]: '/state'}}).run(8, {env: {[COMMAND_MARK]: '/another'}})
    settle()
    await clock.advance(1_000)
    expect(isOver()).to.equal(false)
    host.exit(7)
    await clock.advance(50)
    expect(isOver()).to.equal(true)
  })

  it('waits for no daemon that a hook of git left running', async () => {
    const {host, clock, settle, isOver} = open()
    host.run(7, {env: {[COMMAND_MARK]: '/state', PATH: '/usr/lib/git-core:/usr/bin'}})
    settle()
    await clock.advance(0)
    expect(isOver()).to.equal(true)
  })

  it('goes on without one that does not end, and says which it is', async () => {
    const {host, clock, logger, settle, isOver} = open()
    host.run(7, {env: {[COMMAND_MARK]: '/state'}})
    settle()
    await clock.advance(31_000)
    expect(isOver()).to.equal(true)
    expect(logger.lines[0]).to.deep.include({message: 'commands of an earlier supervisor still run'})
    expect(host.signals).to.deep.equal([])
  })
})
