import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Config} from '@oclif/core'
import {expect} from 'chai'
import {PluginFaults} from '../../src/adapters/plugin-faults.js'
import {pluginRows} from '../../src/view/plugin-rows.js'
import {Sandbox} from '../support/sandbox.js'

describe('the list of plugins', () => {
  it('has those that come with orch first, without orch itself, and says which are left out', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'orch-rows-'))
    const plugin = (name: string, type: string) => ({name, version: '1.0.0', type, root: `/${name}`})
    const all = [plugin('orch', 'core'), plugin('mine', 'link'), plugin('tmux', 'core'), plugin('bad', 'user')]
    const config = {dataDir, root: '/orch', plugins: new Map(all.map((each) => [each.name, each]))}
    new PluginFaults(dataDir).add({plugin: 'bad', event: '', what: 'disabled', at: 1})
    const rows = pluginRows(config as unknown as Config)
    expect(rows.map(({name, leftOut}) => [name, leftOut])).to.deep.equal([
      ['tmux', null],
      ['bad', 'was disabled with orch plugin disable'],
      ['mine', null],
    ])
    rmSync(dataDir, {recursive: true})
  })

  it('comes in the usual envelope', async function () {
    this.timeout(30_000)
    const sandbox = new Sandbox()
    const {data, stderr} = await sandbox.json<{plugins: {name: string; type: string}[]}>(['plugins'])
    expect(data.plugins.map(({name}) => name)).to.include('@orch/plugin-claude-oauth')
    expect(stderr).to.equal('')
    expect((await sandbox.orch(['plugins'])).stdout).to.match(/none.*orch plugins --core/)
    await sandbox.remove()
  })
})
