import {LIFECYCLE, OrchError, type EventName} from '@orch/plugin-kit'
import type {HookFailure} from '@orch/plugin-kit/host'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import {expect} from 'chai'
import {disabledPlugins, whyDisabled, type PluginFault} from '../../../src/domain/plugin-fault.js'
import {LeftOutPlugins} from '../../../src/services/plugins/left-out.js'

describe('LeftOutPlugins', () => {
  let faults: PluginFault[]
  let leftOut: LeftOutPlugins

  beforeEach(() => {
    faults = []
    leftOut = new LeftOutPlugins({
      faults: {
        add: (fault) => void faults.push(fault),
        why: (plugin) => whyDisabled(faults, plugin),
        disabled: () => disabledPlugins(faults).map((plugin) => whyDisabled(faults, plugin)!),
      },
      clock: new FakeClock(),
      logger: new MemoryLogger(),
      isOwn: (plugin) => plugin === 'own',
    })
  })

  const failure = (event: EventName, how: HookFailure['how'], thrown?: unknown, plugin = 'bad'): HookFailure => {
    const error = new OrchError('ORCH_HOOK_FAILED', {plugin, event, why: 'it broke'}, {cause: thrown})
    return {plugin, event, how, error}
  }

  it('says what fails until that part works again', () => {
    leftOut.fails('bad', 'failed in its watcher w: no network', 'w p_1')
    leftOut.works('bad', 'w p_2')
    leftOut.works('other', 'w p_1')
    const said = {plugin: 'bad', why: 'failed in its watcher w: no network', since: new FakeClock().now(), how: 'failing'}
    expect(leftOut.list()).to.deep.equal([said])
    expect(leftOut.has('bad')).to.equal(false)
    leftOut.works('bad', 'w p_1')
    expect(leftOut.list()).to.deep.equal([])
  })

  for (const event of (Object.keys(LIFECYCLE) as EventName[]).filter((name) => LIFECYCLE[name].fold !== 'notify')) {
    it(`leaves out what answers ${event} wrongly or not at all, and never what is orch's own`, () => {
      for (const how of ['answer', 'late'] as const) {
        expect(leftOut.isDispensable(failure(event, how, undefined, 'own'))).to.equal(false)
        expect(leftOut.isDispensable(failure(event, how, undefined, `bad-${how}`))).to.equal(true)
        expect(leftOut.has(`bad-${how}`)).to.equal(true)
      }
      expect(leftOut.has('own')).to.equal(false)
      expect(leftOut.list().map(({why}) => why)).to.deep.equal([`failed in ${event}: it broke`, `failed in ${event}: it broke`])
    })
  }

  for (const event of ['beforeMerge', 'beforeCleanup', 'beforeAgentSpawn'] as const) {
    it(`takes an error in ${event} for a veto, and a defect of the program for none`, () => {
      const registry = new OrchError('ORCH_REFUSED', {what: 'It', why: 'no', remedy: 'none'})
      const unreachable = new TypeError('fetch failed', {cause: new Error('ECONNREFUSED')})
      for (const veto of [new Error('not today'), unreachable]) expect(leftOut.isDispensable(failure(event, 'threw', veto))).to.equal(false)
      expect(leftOut.isDispensable({...failure(event, 'threw'), error: registry})).to.equal(false)
      expect(leftOut.list()).to.deep.equal([])
      for (const defect of [new TypeError('x is undefined'), new ReferenceError('y'), new SyntaxError('JSON'), 'a word', undefined])
        expect(leftOut.isDispensable(failure(event, 'threw', defect))).to.equal(true)
      expect(leftOut.has('bad')).to.equal(true)
    })
  }

  it('leaves out what throws where there is nothing to refuse', () => {
    expect(leftOut.isDispensable(failure('beforeBriefing', 'threw', new Error('no')))).to.equal(true)
    expect(faults[0]).to.include({plugin: 'bad', event: 'beforeBriefing', what: 'failure'})
  })

  it('keeps what fails to be notified, and says so once', () => {
    for (let time = 0; time < 3; time++) leftOut.isDispensable(failure('projectStateChanged', 'threw', new Error('no network')))
    expect(leftOut.has('bad')).to.equal(false)
    expect(leftOut.list()).to.have.length(1)
    expect(leftOut.list()[0]).to.include({plugin: 'bad', how: 'failing', why: 'failed in projectStateChanged: it broke'})
  })

  it('says of each plugin what counts most', () => {
    leftOut.leave('bad', 'cannot be loaded')
    leftOut.fails('bad', 'failed in its check')
    faults.push({plugin: 'bad', event: '', what: 'disabled', at: 1})
    expect(leftOut.list()).to.deep.equal([{plugin: 'bad', why: 'was disabled with orch plugin disable', since: 1, how: 'disabled'}])
  })
})
