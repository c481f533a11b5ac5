import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {mendCommonDirs, sweep} from '../../src/worktree/leftovers.js'

describe('what is left of entries', () => {
  const names = Array.from({length: 30}, (_, index) => `r${index}`)
  let common: string
  const admin = (name: string) => join(common, 'worktrees', name)

  beforeEach(() => (common = mkdtempSync(join(tmpdir(), 'orch-leftovers-'))))
  afterEach(() => rmSync(common, {recursive: true}))

  it('is taken away by several at once', async () => {
    for (const name of names) {
      mkdirSync(join(admin(name), 'logs'), {recursive: true})
      writeFileSync(join(admin(name), 'locked'), `orch: removing ${name}`)
      writeFileSync(join(admin(name), 'logs', 'HEAD'), '')
    }
    await Promise.all(names.slice(0, 8).map(() => sweep(common)))
    expect(names.filter((name) => existsSync(admin(name)))).to.deep.equal([])
  })

  it('is mended while another takes it away', async () => {
    for (const name of names) {
      mkdirSync(admin(name), {recursive: true})
      writeFileSync(join(admin(name), 'locked'), `orch: removing ${name}`)
    }
    await Promise.all([...names.slice(0, 8).map(() => mendCommonDirs(common)), ...names.slice(0, 8).map(() => sweep(common))])
    await sweep(common)
    expect(names.filter((name) => existsSync(admin(name)))).to.deep.equal([])
  })
})
