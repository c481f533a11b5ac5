import {expect} from 'chai'
import {disabledPlugins, whyDisabled, type PluginFault} from '../../src/domain/plugin-fault.js'

const fault = (plugin: string, what: PluginFault['what'], at = 1): PluginFault => ({plugin, event: 'beforeMerge', what, at})

describe('plugins and their faults', () => {
  it('one crash is forgiven, two are not', () => {
    expect(whyDisabled([fault('a', 'crash')], 'a')).to.equal(null)
    expect(whyDisabled([fault('a', 'crash'), fault('b', 'crash')], 'a')).to.equal(null)
    const two = whyDisabled([fault('a', 'crash', 1), fault('a', 'crash', 2)], 'a')
    expect(two!.since).to.equal(2)
    expect(two!.why).to.include('twice').and.include('beforeMerge')
  })

  it('one stall is enough', () => {
    expect(whyDisabled([fault('a', 'stall', 7)], 'a')!.since).to.equal(7)
  })

  it('are listed by name', () => {
    expect(disabledPlugins([fault('z', 'stall'), fault('b', 'crash'), fault('a', 'crash'), fault('a', 'crash')])).to.deep.equal(['a', 'z'])
  })
})
