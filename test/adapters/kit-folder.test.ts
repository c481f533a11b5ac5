import {lstatSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {declareKit, kitFolder, linkKit} from '../../src/adapters/kit-folder.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('the kit of installed plugins', () => {
  const folder = useTemporaryFolder()
  const file = () => join(folder(), 'package.json')
  const link = () => join(folder(), 'node_modules', '@orch', 'plugin-kit')
  const read = () => JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>

  it('is the one of this orch', () => {
    const {name} = JSON.parse(readFileSync(join(kitFolder(), 'package.json'), 'utf8')) as {name: string}
    expect(name).to.equal('@orch/plugin-kit')
  })

  it('is declared beside what is installed, where oclif does not take it for a plugin', () => {
    writeFileSync(file(), JSON.stringify({name: 'orch', dependencies: {a: '1'}, oclif: {schema: 1, plugins: ['a']}}))
    declareKit(folder())
    declareKit(folder())
    expect(read()).to.deep.include({dependencies: {a: '1'}, oclif: {schema: 1, plugins: ['a']}})
    expect(read()['optionalDependencies']).to.deep.equal({'@orch/plugin-kit': `file:${kitFolder()}`})
  })

  it('is found again after orch was moved', () => {
    declareKit(folder())
    mkdirSync(join(link(), '..'), {recursive: true})
    symlinkSync('/where/orch/was', link())
    linkKit(folder())
    expect(realpathSync(link())).to.equal(kitFolder())
  })

  it('is put nowhere where no plugin was installed', () => {
    linkKit(folder())
    expect(lstatSync(link(), {throwIfNoEntry: false})).to.equal(undefined)
  })
})
