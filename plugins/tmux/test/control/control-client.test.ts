import {expect} from 'chai'
import type {RunningProcess, RunResult} from '@orch/plugin-kit'
import {FakeClock} from '@orch/plugin-kit/testing'
import {ControlClient} from '../../src/control/control-client.js'
import {ControlStream} from '../../src/control/control-stream.js'

describe('ControlStream', () => {
  it('reads blocks, and leaves notifications and foreign ends out', () => {
    const stream = new ControlStream()
    const lines = [
      '%sessions-changed',
      '%begin 1 2 1',
      'a',
      '%end 1 3 1',
      '%begin 9 9 9',
      '',
      '%end 1 2 1',
      'stray',
      '%begin 1 4 1',
      'no',
      '%error 1 4 1',
    ]
    expect(lines.map((line) => stream.push(line)).filter(Boolean)).to.deep.equal([
      {ok: true, lines: ['a', '%end 1 3 1', '%begin 9 9 9', '']},
      {ok: false, lines: ['no']},
    ])
  })
})

describe('ControlClient', () => {
  let written: string[]
  let say: (...lines: string[]) => void
  let end: () => void
  let clock: FakeClock
  let client: ControlClient

  beforeEach(() => {
    written = []
    clock = new FakeClock()
    let nonces = 0
    const process: RunningProcess = {
      pid: 1,
      write: (text) => void written.push(text),
      end: () => {},
      kill: () => end(),
      onLine: (listener) => void (say = (...lines) => lines.forEach(listener)),
      ended: new Promise((resolve) => (end = () => resolve({} as RunResult))),
    }
    client = new ControlClient(process, clock, () => `n${++nonces}`)
  })

  const block = (id: number, ...lines: string[]) => say(`%begin 0 ${id} 1`, ...lines, `%end 0 ${id} 1`)

  it('sends one command at a time, in order, and gathers its blocks up to the nonce', async () => {
    const first = client.ask('a', 1000)
    const second = client.ask('b', 1000)
    expect(written).to.deep.equal(['a\n"display-message" "-p" "n1"\n'])
    block(1, 'x', 'y')
    block(2)
    block(3, 'n2')
    block(4, 'z')
    block(5, 'n1')
    expect(await first).to.deep.equal({kind: 'answered', ok: true, lines: ['x', 'y', 'n2', 'z']})
    expect(written).to.have.length(2)
    say('%begin 0 6 1', 'bad', '%error 0 6 1')
    block(7, 'n2')
    expect(await second).to.deep.equal({kind: 'answered', ok: false, lines: ['bad']})
    expect(clock.sleeping).to.equal(0)
  })

  it('never writes an empty line, which would end the connection', () => {
    void client.ask('', 1000)
    expect(written).to.deep.equal(['"display-message" "-p" "n1"\n'])
  })

  it('gives up in time, never sends what was given up before its turn, and drops a late answer', async () => {
    const first = client.ask('a', 1000)
    const second = client.ask('b', 1000)
    await clock.advance(1000)
    expect(await first).to.deep.equal({kind: 'late', sent: true})
    expect(await second).to.deep.equal({kind: 'late', sent: false})
    const third = client.ask('c', 1000)
    expect(written).to.have.length(1)
    block(1, 'late')
    block(2, 'n1')
    expect(written.join('')).to.equal('a\n"display-message" "-p" "n1"\nc\n"display-message" "-p" "n3"\n')
    block(3, 'mine')
    block(4, 'n3')
    expect(await third).to.deep.equal({kind: 'answered', ok: true, lines: ['mine']})
  })

  it('says of each request whether tmux may have got it when the connection ends', async () => {
    const [first, second] = [client.ask('a', 1000), client.ask('b', 1000)]
    client.close()
    await client.ended
    expect(await first).to.deep.equal({kind: 'broken', sent: true})
    expect(await second).to.deep.equal({kind: 'broken', sent: false})
    expect(await client.ask('c', 1000)).to.deep.equal({kind: 'broken', sent: false})
    expect(clock.sleeping).to.equal(0)
  })
})
