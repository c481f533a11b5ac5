import {mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {expect} from 'chai'
import {writeInside} from '../../src/player/worktree-files.js'

describe('writeInside', () => {
  let folder: string
  let root: string

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'write-inside-'))
    root = path.join(folder, 'worktree')
    await mkdir(path.join(root, '.git'), {recursive: true})
    await mkdir(path.join(folder, 'outside'))
  })

  afterEach(async () => {
    await rm(folder, {recursive: true, force: true})
  })

  it('makes folders, replaces and appends', async () => {
    await writeInside(root, 'a/b/c.txt', 'long text\n', 'replace')
    await writeInside(root, './a//b/c.txt', 'one\n', 'replace')
    await writeInside(root, 'a/b/c.txt', 'two\n', 'append')
    expect(await readFile(path.join(root, 'a/b/c.txt'), 'utf8')).to.equal('one\ntwo\n')
  })

  it('refuses every way out', async () => {
    await symlink('../outside', path.join(root, 'folder-link'))
    await symlink('../outside/file', path.join(root, 'file-link'))
    await writeFile(path.join(root, 'file'), '')
    const ways = [
      '../x',
      'a/../../x',
      path.join(folder, 'outside/x'),
      '',
      '.',
      '.git/config',
      '.GIT/x',
      'folder-link/x',
      'file-link',
      'file/x',
    ]
    for (const way of ways) {
      const error: unknown = await writeInside(root, way, 'x', 'replace').catch((caught: unknown) => caught)
      expect(error, way).to.be.instanceOf(Error)
    }
    expect(await readdir(path.join(folder, 'outside'))).to.deep.equal([])
    expect(await readdir(path.join(root, '.git'))).to.deep.equal([])
  })
})
