import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {PluginFaults} from '../../src/adapters/plugin-faults.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('PluginFaults', () => {
  const folder = useTemporaryFolder()
  const open = () => new PluginFaults(folder())
  const crumbs = () => (existsSync(join(folder(), 'breadcrumbs')) ? readdirSync(join(folder(), 'breadcrumbs')) : [])

  it('drops a crumb before a call and picks it up after', () => {
    const pickUp = open().drop('p', 'beforeMerge')
    expect(crumbs()).to.have.length(1)
    pickUp()
    expect(crumbs()).to.deep.equal([])
  })

  it('counts a crumb that was left against its plugin, once, if that counts', () => {
    for (const plugin of ['p', 'p', 'own']) open().drop(plugin, 'beforeMerge')
    // Each of these ended without a word.
    const next = open()
    next.sweep(new Set(['p', 'own']), (plugin) => plugin !== 'own')
    expect(crumbs()).to.deep.equal([])
    next.sweep(new Set(['p', 'own']), () => true)
    expect(
      open()
        .disabled()
        .map(({plugin}) => plugin),
    ).to.deep.equal(['p'])
  })

  it('counts long work that was under way only when the supervisor stood still over it, not when it was killed', () => {
    for (let kill = 0; kill < 2; kill++) {
      open().drop('p', 'observe of w', 'stall')
      open().sweep(new Set(['p']), () => true)
    }
    expect(open().disabled()).to.deep.equal([])
    expect(crumbs()).to.deep.equal([])
    open().drop('p', 'observe of w', 'stall')
    open().blame(process.pid, 'stall')
    expect(open().why('p')?.why).to.include('held the supervisor up').and.include('observe of w')
  })

  it('forgets a plugin that is not there any more, and the crumb that it left last', () => {
    open().add({plugin: 'gone', event: 'e', what: 'stall', at: 1})
    open().drop('gone', 'check')
    open().sweep(new Set(['p']), () => true)
    expect(readFileSync(join(folder(), 'plugin-faults.json'), 'utf8')).to.equal('[]\n')
    expect(crumbs()).to.deep.equal([])
  })

  it('leaves no crumb of a process that knows its culprit', () => {
    const faults = open()
    faults.drop('p', 'beforeMerge')
    faults.clear()
    expect(crumbs()).to.deep.equal([])
  })

  it('remembers, and forgets when it is told to', () => {
    open().add({plugin: 'p', event: 'e', what: 'stall', at: 1})
    expect(open().isDisabled('p')).to.equal(true)
    expect(open().forget('p')).to.equal(true)
    expect(open().isDisabled('p')).to.equal(false)
    expect(open().forget('p')).to.equal(false)
  })

  it('keeps a person’s word before the state directory is there, and says when it cannot', () => {
    const data = join(folder(), 'data')
    new PluginFaults(data).disable('p', 1)
    expect(new PluginFaults(data).why('p')?.how).to.equal('disabled')
    writeFileSync(join(folder(), 'file'), '')
    const nowhere = new PluginFaults(join(folder(), 'file', 'data'))
    expect(() => nowhere.disable('p', 1)).to.throw(/ENOTDIR/)
    expect(() => nowhere.add({plugin: 'p', event: 'e', what: 'stall', at: 1})).to.not.throw()
  })

  for (const text of ['{', '{}', '[1, null, {"plugin": 7}]']) {
    it(`accuses nobody by a file that holds ${text}`, () => {
      writeFileSync(join(folder(), 'plugin-faults.json'), text)
      mkdirSync(join(folder(), 'breadcrumbs'))
      writeFileSync(join(folder(), 'breadcrumbs', '1-1.json'), text)
      const faults = open()
      faults.sweep(new Set(['p']), () => true)
      expect(faults.disabled()).to.deep.equal([])
    })
  }
})
