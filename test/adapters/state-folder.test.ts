import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {inspectStateFolder} from '../../src/adapters/state-folder.js'

describe('inspectStateFolder', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'orch-state-'))
  })
  afterEach(() => rmSync(folder, {recursive: true}))

  it('finds a folder that can be written, also where it is still to be made', async () => {
    for (const path of [folder, join(folder, 'to', 'be', 'made')]) {
      const found = await inspectStateFolder(path)
      expect(found).to.include({path, problem: null})
      expect(found.freeBytes).to.be.greaterThan(0)
    }
  })

  // As root, too, whom permissions do not stop.
  if (process.platform === 'linux')
    it('says why a file system takes nothing', async () => {
      expect((await inspectStateFolder('/proc/orch')).problem).to.match(/ENOENT|EACCES|EPERM/)
    })

  it('says why one cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '', {mode: 0o400})
    expect((await inspectStateFolder(join(folder, 'file', 'data'))).problem).to.match(/EACCES|ENOTDIR/)
  })
})
