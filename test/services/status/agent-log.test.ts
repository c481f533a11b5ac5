import {expect} from 'chai'
import {AgentLog, newLines, placeBehind, type LogPart, type LogPlace} from '../../../src/services/status/agent-log.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld} from '../../support/world.js'

describe('newLines', () => {
  const lines = (text: string) => (text === '' ? [] : text.split(' '))
  for (const [what, told, now, fresh] of [
    ['everything at first', '', 'a b', 'a b'],
    ['nothing of what stands as it was', 'a b', 'a b', ''],
    ['what was added', 'a b', 'a b c d', 'c d'],
    ['what was added when the top has scrolled away', 'a b c d e f g h i j k l m n', 'c d e f g h i j k l m n o', 'o'],
    ['what was added to repeated lines', 'x x', 'x x y', 'y'],
    ['a screen that was drawn anew, from where it differs', 'head a b', 'head c', 'c'],
    ['nothing when lines were taken away', 'a b c', 'a b', ''],
  ] as const) {
    it(`tells ${what}`, () => expect(newLines(placeBehind(lines(told)), lines(now))).to.deep.equal(lines(fresh)))
  }

  it('tells of a long history no more than was drawn anew at its end', () => {
    const history = Array.from({length: 1_000}, (_, index) => `line ${index}`)
    const place = placeBehind([...history, 'composer', 'status 1'])
    expect(place.tail.length).to.be.lessThan(200)
    expect(newLines(place, [...history, 'more', 'composer', 'status 2'])).to.deep.equal(['more', 'composer', 'status 2'])
  })
})

describe('AgentLog', () => {
  it('goes on behind what another supervisor told: nothing is lost, nothing told again', async () => {
    const world = aWorld()
    const {pane} = await world.terminal.createSession({name: 'p', windowName: 'w', command: {argv: ['a', 'b'], cwd: '/', env: {}}})
    await world.store.create(aProject({agents: [anAgent({pane})]}))
    /** Looks until it has stood for two looks, as another supervisor each time. */
    const look = async (after: Record<string, LogPlace>): Promise<LogPart[]> => {
      const stop = new AbortController()
      const parts: LogPart[] = []
      const following = (async () => {
        for await (const part of new AgentLog(world).follow('p_1', ['developer'], after, stop.signal)) parts.push(part)
      })()
      for (let step = 0; step < 20; step++) await world.clock.advance(100)
      stop.abort()
      await world.clock.advance(1_000)
      await following
      return parts
    }
    world.terminal.print(pane, 'one\ntwo')
    const [first] = await look({})
    expect(first).to.deep.include({role: 'developer', text: 'one\ntwo'})
    expect(await look({developer: first!.place})).to.deep.equal([])
    world.terminal.print(pane, '\nthree')
    expect((await look({developer: first!.place})).map(({text}) => text)).to.deep.equal(['three'])
  })
})
