import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {readLoaded, recordLoaded} from '../../src/adapters/loaded-files.js'

describe('what a supervisor was loaded from', () => {
  let data: string
  const at = (...parts: string[]) => join(data, ...parts)

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'orch-loaded-'))
    mkdirSync(at('plugin', 'dist', 'hooks'), {recursive: true})
    for (const file of ['package.json', 'plugin/dist/index.js', 'plugin/dist/hooks/one.js']) writeFileSync(at(file), '1')
    const sources = {paths: [at('package.json'), at('absent.json')], folders: [at('plugin/dist')]}
    await recordLoaded(data, {root: at('plugin'), version: '1.2.3', plugins: 'abc'}, sources)
  })
  afterEach(() => rmSync(data, {recursive: true}))

  it('is told while nothing of it has changed', () => {
    expect(readLoaded(data, at('plugin'))).to.include({version: '1.2.3', plugins: 'abc'})
    expect(readLoaded(data, `${at('plugin')}/`), 'with a slash').to.include({plugins: 'abc'})
  })

  for (const [what, change] of [
    ['a file has other words', () => writeFileSync(at('package.json'), '22')],
    ['a file in a folder has other words', () => writeFileSync(at('plugin/dist/hooks/one.js'), '22')],
    ['a file was replaced', () => (writeFileSync(at('new'), '1'), renameSync(at('new'), at('plugin/dist/index.js')))],
    ['a file is gone', () => rmSync(at('plugin/dist/index.js'))],
    ['a folder is gone', () => rmSync(at('plugin/dist'), {recursive: true})],
    ['a file was added', () => writeFileSync(at('plugin/dist/another.js'), '')],
    ['what was absent is there', () => writeFileSync(at('absent.json'), '')],
    ['the record is torn', () => writeFileSync(at('loaded.json'), '{"root"')],
    ['there is no record', () => rmSync(at('loaded.json'))],
  ] as const) {
    it(`is not told when ${what}`, () => {
      change()
      expect(readLoaded(data, at('plugin'))).to.equal(null)
    })
  }

  it('is not told to another orch', () => expect(readLoaded(data, at('elsewhere'))).to.equal(null))
})
