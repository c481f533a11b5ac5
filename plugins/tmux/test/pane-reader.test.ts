import {expect} from 'chai'
import {FakeClock} from '@orch/plugin-kit/testing'
import type {Connection} from '../src/control/connection.js'
import {PaneReader} from '../src/pane-reader.js'

const line = (status: string) => `$1:@1:%1:10:1:${status}:::200:50:s:w`

describe('PaneReader', () => {
  let answers: string[]
  let asked: string[]
  let clock: FakeClock
  let reader: PaneReader

  beforeEach(() => {
    clock = new FakeClock()
    asked = []
    const request = async (command: string) => {
      asked.push(command.split(' ')[0]!)
      if (command.startsWith('"run-shell"')) return {status: 'ok', lines: []}
      const next = answers.length > 1 ? answers.shift()! : answers[0]!
      return {status: 'ok', lines: [next, '$0:@0:%0:9::::0:200:50:orch-keeper:w']}
    }
    reader = new PaneReader({request} as unknown as Connection, clock)
  })
  const read = async () => {
    const reading = reader.read()
    await clock.advance(1000)
    return (await reading) as Exclude<Awaited<typeof reading>, string>
  }

  it('leaves the keeper out and asks once when all is known', async () => {
    answers = [line('3')]
    expect((await read()).map(({pane, exit}) => [pane, exit?.code])).to.deep.equal([['%1', 3]])
    expect(asked).to.deep.equal(['"list-panes"'])
  })

  it('gives the same array while nothing has changed', async () => {
    answers = [line('3')]
    const first = await read()
    expect(await read()).to.equal(first)
    answers = [line('4')]
    expect((await read())[0]!.exit).to.deep.equal({code: 4, signal: null})
  })

  it('makes tmux collect a status it has missed', async () => {
    answers = [line(''), line('4')]
    expect((await read())[0]!.exit).to.deep.equal({code: 4, signal: null})
    expect(asked).to.deep.equal(['"list-panes"', '"run-shell"', '"list-panes"'])
  })

  it('gives up within a second, and does not wait for that process again', async () => {
    answers = [line('')]
    expect((await read())[0]!.exit).to.deep.equal({code: null, signal: null})
    asked = []
    await read()
    expect(asked).to.deep.equal(['"list-panes"'])
  })
})
