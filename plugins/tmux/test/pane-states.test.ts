import {expect} from 'chai'
import {isUndetermined, parsePane} from '../src/pane-states.js'

describe('parsePane', () => {
  it('reads a live pane; a window name may hold the separator', () => {
    expect(parsePane('$1:@2:%3:44::::0:200:50:my team:a:b')).to.deep.equal({
      session: '$1',
      window: '@2',
      pane: '%3',
      pid: 44,
      dead: false,
      exit: null,
      inMode: false,
      columns: 200,
      rows: 50,
      sessionName: 'my team',
      windowName: 'a:b',
    })
  })

  for (const [status, signal, exit] of [
    ['0', '', {code: 0, signal: null}],
    ['3', '', {code: 3, signal: null}],
    ['', '9', {code: null, signal: 'SIGKILL'}],
    ['', 'term', {code: null, signal: 'SIGTERM'}],
    ['', '63', {code: null, signal: 'SIG63'}],
    ['', '', {code: null, signal: null}],
  ] as const) {
    it(`reads the status "${status}" and the signal "${signal}" of a dead one`, () => {
      const pane = parsePane(`$1:@2:%3:44:1:${status}:${signal}:1:200:50:s:w`)!
      expect(pane).to.deep.include({dead: true, exit, inMode: true})
      expect(isUndetermined(pane)).to.equal(status === '' && signal === '')
    })
  }

  it('takes nothing else for a pane', () => {
    expect(parsePane('')).to.equal(undefined)
    expect(parsePane('no server running: at: all')).to.equal(undefined)
  })
})
