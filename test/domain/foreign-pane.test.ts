import {expect} from 'chai'
import type {PaneState} from '@orch/plugin-kit'
import {isForeign, paneOf} from '../../src/domain/foreign-pane.js'
import {aProject, aRun, anAgent} from '../support/builders.js'

const aPane = (changes: Partial<PaneState>): PaneState => ({
  ...{session: '$0', window: '@1', pane: '%1', sessionName: 'p_1', windowName: 'developer', pid: 1000},
  ...{dead: false, exit: null, inMode: false, columns: 80, rows: 24},
  ...changes,
})

describe('paneOf', () => {
  const foreign = aPane({pane: '%9', pid: 9})
  const own = aPane({})

  it('is the pane on record, also where a foreign one is listed before it', () => {
    expect(paneOf([foreign, own], 'p_1', anAgent({pane: '%1'}))).to.equal(own)
  })

  it('is that of its process when the ids are of another server', () => {
    expect(paneOf([foreign, own], 'p_1', anAgent({pane: '%77', run: aRun({process: {pid: 1000, startedAt: '1'}})}))).to.equal(own)
  })

  it('reads no session name of another window: it is asked for each agent, over the panes of all', () => {
    let reads = 0
    const others = Array.from({length: 100}, (_, index) =>
      Object.defineProperty(aPane({windowName: `developer-${index}`}), 'sessionName', {get: () => `p_${(reads += 1)}`}),
    )
    expect(paneOf([...others, own], 'p_1', anAgent({pane: '%1'}))).to.equal(own)
    expect(reads).to.equal(0)
  })

  it('is the first of its window before anything is on record, and never one of another window', () => {
    expect(paneOf([foreign, own], 'p_1', anAgent({run: null}))).to.equal(foreign)
    expect(paneOf([own], 'p_1', anAgent({role: 'tester', pane: '%1'}))).to.equal(undefined)
  })
})

describe('isForeign', () => {
  const project = aProject({agents: [anAgent({pane: '%1'})]})

  it('is a pane on no record, unless its agent is being started or left it dead', () => {
    expect(isForeign(aPane({}), project)).to.equal(false)
    expect(isForeign(aPane({pane: '%9'}), project)).to.equal(true)
    expect(isForeign(aPane({pane: '%9', windowName: 'helper'}), project)).to.equal(true)
    expect(isForeign(aPane({pane: '%9', dead: true}), project)).to.equal(false)
    expect(isForeign(aPane({pane: '%9'}), aProject({agents: [anAgent({state: 'starting'})]}))).to.equal(false)
  })
})
