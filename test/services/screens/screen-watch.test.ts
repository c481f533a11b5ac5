import {expect} from 'chai'
import {ScreenSchedule, type Look} from '../../../src/services/screens/screen-watch.js'
import type {Screen} from '../../../src/services/screens/screens.js'
import {EPOCH, aMessage, aProject, aRun, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const BUSY: Screen = {what: 'busy', draft: null}

describe('ScreenSchedule', () => {
  let world: World
  let watch: ScreenSchedule
  /** Who was looked at, in order. */
  let read: string[]
  let rounds: (readonly Look[])[]
  let see: (looks: readonly Look[]) => Promise<void>

  function open(agents: readonly Partial<Agent>[], ...messages: ReturnType<typeof aMessage>[]): void {
    const team = agents.map((agent, index) => anAgent({role: `r${index}`, run: aRun({id: `r_${index}`}), ...agent}))
    world = aWorld({projects: [aProject({agents: team, messages})]})
    read = []
    rounds = []
    see = async (looks) => void rounds.push(looks)
    const screens = {read: async ({id}: Agent) => (read.push(id), BUSY)}
    watch = new ScreenSchedule({...world, screens: screens as never, viewer: {see: (looks) => see(looks)}})
  }

  async function look(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await watch.tick()
      await world.clock.advance(1_000)
    }
  }

  it('looks at who is not at rest every five seconds, and shows a round as one', async () => {
    open([{}, {state: 'limited'}, {state: 'planned'}, {state: 'starting'}, {state: 'exited'}])
    await look(11)
    expect(rounds.map((looks) => looks.map(({agent}) => agent.role))).to.deep.equal([
      ['r0', 'r1'],
      ['r0', 'r1'],
      ['r0', 'r1'],
    ])
    expect(rounds[0]![0]).to.deep.include({project: 'p_1', screen: BUSY})
  })

  it('looks at an agent at rest once, two seconds after it came to rest, and again after the next turn', async () => {
    open([{state: 'idle', evidence: {source: 'hook', what: 'Stop', at: EPOCH}}])
    await look(2)
    expect(read).to.deep.equal([])
    await look(30)
    expect(read).to.have.length(1)
    const agents = [{...world.project().agents[0]!, evidence: {source: 'hook', what: 'Stop', at: world.clock.now()} as const}]
    await world.store.update('p_1', (project) => ({...project, agents}))
    await look(30)
    expect(read).to.have.length(2)
  })

  it('looks at an agent at rest every five seconds while a dialog holds its messages', async () => {
    open([{state: 'idle'}], aMessage({to: 'a_r0', blockedBy: 'dialog'}))
    await look(11)
    expect(read).to.have.length(3)
  })

  it('looks at once at whom somebody asks for, says what they show, and counts it as the look that would have been due', async () => {
    open([{}, {state: 'idle'}])
    await look(4)
    expect(await watch.look(new Set(['a_r0']))).to.deep.equal(new Map([['a_r0', BUSY]]))
    expect(read.filter((id) => id === 'a_r0')).to.have.length(2)
    await look(4)
    expect(
      read.filter((id) => id === 'a_r0'),
      'one look, whoever wants it',
    ).to.have.length(2)
  })

  it('reads a screen once though it is due and asked for', async () => {
    open([{}])
    const screens = await watch.look(new Set(['a_r0']))
    expect(read).to.deep.equal(['a_r0'])
    expect(screens.get('a_r0')).to.equal(BUSY)
    expect(rounds).to.have.length(1)
  })

  it('never has two rounds at once: who asks for agents waits, who does not goes', async () => {
    open([{}])
    let finish = (): void => {}
    see = () => new Promise((resolve) => (finish = resolve))
    const first = watch.tick()
    await world.clock.advance(10_000)
    await watch.tick()
    const asked = watch.look(new Set(['a_r0']))
    await world.clock.advance(1)
    expect(read).to.have.length(1)
    see = async () => {}
    finish()
    await first
    expect((await asked).has('a_r0')).to.equal(true)
    expect(read).to.have.length(2)
  })

  it('goes on after a viewer that failed', async () => {
    open([{}])
    see = () => Promise.reject(new Error('not now'))
    expect((await watch.look(new Set(['a_r0']))).has('a_r0')).to.equal(true)
    expect(world.logger.lines.map(({message}) => message)).to.deep.equal(['what screens show could not be acted on'])
    await look(6)
    expect(read.length).to.be.greaterThan(1)
  })
})
