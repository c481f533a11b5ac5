import {existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {PluginTrials} from '../../src/adapters/plugin-trials.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('PluginTrials', () => {
  const folder = useTemporaryFolder()
  const trials = () => new PluginTrials(folder())
  const trial = (at: number) => ({digest: 'd', at, plugins: [], leftOut: [{plugin: 'p', why: 'hangs'}]})

  it('keeps a trial for one start with the same plugins', () => {
    trials().keep(trial(Date.now()))
    expect(trials().find('d')?.leftOut).to.deep.equal([{plugin: 'p', why: 'hangs'}])
    expect(trials().take('d')?.leftOut).to.have.length(1)
    expect(trials().take('d')).to.equal(null)
  })

  it('forgets one of other plugins, or of half a minute ago', () => {
    trials().keep(trial(Date.now()))
    expect(trials().take('other')).to.equal(null)
    expect(existsSync(join(folder(), 'plugin-trial.json'))).to.equal(false)
    trials().keep(trial(Date.now() - 31_000))
    expect(trials().find('d')).to.equal(null)
  })

  it('takes a damaged record for none', () => {
    writeFileSync(join(folder(), 'plugin-trial.json'), '{"digest": "d", "at": ')
    expect(trials().find('d')).to.equal(null)
  })
})
