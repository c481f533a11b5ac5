import {expect} from 'chai'
import type {PaneExit, PaneState} from '@orch/plugin-kit'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import {DeathWatch} from '../src/death-watch.js'

const REF = {session: '$1', window: '@1', pane: '%1'}
const LIVE: PaneState = {...REF, sessionName: 's', windowName: 'w', pid: 10, dead: false, exit: null, inMode: false, columns: 200, rows: 50}
const DEAD: PaneState = {...LIVE, dead: true, exit: {code: 3, signal: null}}
const UNKNOWN = {code: null, signal: null}

describe('DeathWatch', () => {
  let clock: FakeClock
  let panes: PaneState[] | 'no-server' | Error
  let exits: PaneExit[]
  let watch: DeathWatch
  let logger: MemoryLogger

  beforeEach(() => {
    clock = new FakeClock()
    logger = new MemoryLogger()
    panes = [LIVE]
    exits = []
    watch = new DeathWatch(async () => (panes instanceof Error ? Promise.reject(panes) : panes), clock, logger)
    watch.onExit((exit) => exits.push(exit))
  })
  afterEach(() => watch.stop())

  it('tells of a death within a second, once', async () => {
    watch.start()
    await clock.advance(5000)
    expect(exits).to.deep.equal([])
    panes = [DEAD]
    await clock.advance(1000)
    expect(exits).to.deep.equal([{...REF, exit: DEAD.exit}])
    await clock.advance(5000)
    expect(exits).to.have.length(1)
  })

  it('tells of a death within two seconds where nothing has changed for long', async () => {
    watch.start()
    await clock.advance(600_000)
    panes = [DEAD]
    await clock.advance(1000)
    expect(exits).to.deep.equal([{...REF, exit: DEAD.exit}])
  })

  it('looks half as often where nothing changes, until something does', async () => {
    let looks = 0
    const resting = new DeathWatch(async () => ((looks += 1), panes as PaneState[]), clock, logger)
    const looksIn = async (ms: number) => {
      looks = 0
      await clock.advance(ms)
      return looks
    }
    resting.start()
    await clock.advance(60_000)
    expect(await looksIn(10_000)).to.equal(10)
    panes = [DEAD]
    await clock.advance(1000)
    expect(await looksIn(5_000)).to.equal(10)
    resting.stop()
  })

  it('tells of a process that was added while the panes were listed and never stood among them', async () => {
    await watch.look()
    const looking = watch.look()
    await Promise.resolve()
    watch.add({...REF, pane: '%2'}, 20)
    await looking
    await watch.look()
    expect(exits).to.deep.equal([{...REF, pane: '%2', exit: UNKNOWN}])
  })

  it('tells of the next process in the same pane again', async () => {
    panes = [DEAD]
    await watch.look()
    watch.add(REF, 11)
    panes = [{...DEAD, pid: 11, exit: {code: null, signal: 'SIGTERM'}}]
    await watch.look()
    expect(exits.map(({exit}) => exit)).to.deep.equal([DEAD.exit, {code: null, signal: 'SIGTERM'}])
  })

  it('tells of a pane that went away, also of one it never saw alive', async () => {
    await watch.look()
    watch.add({...REF, pane: '%2'}, 20)
    panes = []
    await watch.look()
    expect(exits).to.deep.equal([
      {...REF, exit: UNKNOWN},
      {...REF, pane: '%2', exit: UNKNOWN},
    ])
  })

  it('does not take a pane made during a look for one that went away', async () => {
    const looking = watch.look()
    await Promise.resolve()
    watch.add({...REF, pane: '%2'}, 20)
    await looking
    expect(exits).to.deep.equal([])
  })

  it('takes a failed or empty-handed look for no proof', async () => {
    await watch.look()
    for (const nothing of [new Error('slow'), 'no-server'] as const) {
      panes = nothing
      await watch.look()
    }
    expect(exits).to.deep.equal([])
    expect(logger.lines.map(({level}) => level)).to.deep.equal(['warn'])
    panes = [DEAD]
    await watch.look()
    expect(exits).to.have.length(1)
  })

  it('tells a late listener of the dead that still stand, and goes on when one throws', async () => {
    watch.onExit(() => {
      throw new Error('listener')
    })
    panes = [DEAD]
    await watch.look()
    const late: PaneExit[] = []
    watch.onExit((exit) => late.push(exit))
    expect(late).to.deep.equal(exits)
    expect(logger.lines.map(({fields}) => fields['error'])).to.deep.equal(['listener'])
  })

  it('stops', async () => {
    watch.start()
    watch.start()
    await clock.advance(1000)
    expect(clock.sleeping).to.equal(1)
    watch.stop()
    await clock.advance(1000)
    expect(clock.sleeping).to.equal(0)
  })
})
