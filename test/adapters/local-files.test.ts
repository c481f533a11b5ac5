import {mkdir, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {LocalFiles} from '../../src/adapters/local-files.js'
import {failureOf} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('LocalFiles', () => {
  const folder = useTemporaryFolder()
  const files = new LocalFiles()

  it('writes privately, makes the folders on the way, and reads back', async () => {
    const path = join(folder(), 'a', 'b', 'file')
    await files.writePrivate(path, 'text')
    expect(await files.readText(path)).to.equal('text')
    expect(Buffer.from((await files.readBytes(path))!).toString()).to.equal('text')
    expect((await stat(path)).mode & 0o777).to.equal(0o600)
    expect((await stat(join(folder(), 'a', 'b'))).mode & 0o777).to.equal(0o700)
  })

  it('tells a missing file from one that cannot be read', async () => {
    expect(await files.readText(join(folder(), 'none'))).to.equal(null)
    expect(await failureOf(files.readText(folder()))).to.include({code: 'ORCH_FILE'})
  })

  it('knows what is there, and what is a folder', async () => {
    const file = join(folder(), 'file')
    await writeFile(file, '')
    await files.makeFolder(join(folder(), 'x', 'y'))
    await files.makeFolder(join(folder(), 'x', 'y'))
    expect([await files.exists(file), await files.exists(folder()), await files.exists(`${file}x`)]).to.deep.equal([true, true, false])
    expect([await files.isFolder(file), await files.isFolder(join(folder(), 'x', 'y')), await files.isFolder(`${file}x`)]).to.deep.equal([
      false,
      true,
      false,
    ])
  })

  it('resolves links', async () => {
    await mkdir(join(folder(), 'real'))
    await symlink(join(folder(), 'real'), join(folder(), 'link'))
    expect(await files.realPath(join(folder(), 'link'))).to.equal(join(folder(), 'real'))
  })
})
