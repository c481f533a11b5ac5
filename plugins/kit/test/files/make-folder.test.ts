import {existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {makeFolder, makeFolderSync} from '@orch/plugin-kit/files'

const WAYS = {makeFolder, makeFolderSync: async (path: string, mode?: number) => makeFolderSync(path, mode)}

for (const [name, make] of Object.entries(WAYS)) {
  describe(name, () => {
    let folder: string
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'orch-folders-'))))
    afterEach(() => rmSync(folder, {recursive: true}))

    const codeOf = (path: string) =>
      make(path).then(
        () => 'made',
        (error: NodeJS.ErrnoException) => error.code,
      )

    it('makes a folder with those above it, for this user alone, and again', async () => {
      await make(join(folder, 'a', 'b'))
      await make(join(folder, 'a', 'b'))
      for (const path of ['a', 'a/b']) expect(statSync(join(folder, path)).mode & 0o777).to.equal(0o700)
      await make(join(folder, 'shared', 'deep'), 0o750)
      expect(statSync(join(folder, 'shared')).mode & 0o777).to.equal(0o750)
    })

    it('takes a link to a folder, and refuses what is no folder', async () => {
      writeFileSync(join(folder, 'file'), '')
      symlinkSync(tmpdir(), join(folder, 'link'))
      symlinkSync(join(folder, 'gone'), join(folder, 'dangling'))
      expect(await codeOf(join(folder, 'link'))).to.equal('made')
      expect(await codeOf(join(folder, 'file'))).to.equal('EEXIST')
      expect(await codeOf(join(folder, 'file', 'below'))).to.equal('ENOTDIR')
      expect(await codeOf(join(folder, 'dangling', 'below'))).to.equal('EEXIST')
    })

    it('fails at once where the kernel makes no folder', async function () {
      if (!existsSync('/proc/self')) return this.skip()
      expect(await codeOf('/proc/orch/state')).to.equal('ENOENT')
    })
  })
}
