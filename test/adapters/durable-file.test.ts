import {mkdir, readFile, readdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {replaceFile} from '../../src/adapters/durable-file.js'
import {failureOf} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('replaceFile', () => {
  const folder = useTemporaryFolder()
  const path = () => join(folder(), 'file')

  it('replaces a file whole, private to this user', async () => {
    await writeFile(path(), 'a much longer text than the new one', {mode: 0o644})
    await replaceFile(path(), 'new')
    expect(await readFile(path(), 'utf8')).to.equal('new')
    expect((await stat(path())).mode & 0o777).to.equal(0o600)
  })

  it('gives the mode that is asked for', async () => {
    await replaceFile(path(), '#!/bin/sh\n', {mode: 0o700})
    expect((await stat(path())).mode & 0o777).to.equal(0o700)
  })

  it('leaves nothing beside when it fails, and the old file as it was', async () => {
    await mkdir(path())
    await writeFile(join(path(), 'inside'), 'kept')
    expect(await failureOf(replaceFile(path(), 'new'))).to.have.property('code')
    expect(await readdir(folder())).to.deep.equal(['file'])
    expect(await readFile(join(path(), 'inside'), 'utf8')).to.equal('kept')
  })

  it('makes no folder', async () => {
    expect(await failureOf(replaceFile(join(folder(), 'none', 'file'), 'x'))).to.include({code: 'ENOENT'})
  })

  it('of many writers leaves the whole file of one, and nothing beside', async () => {
    const texts = Array.from({length: 20}, (_, index) => `${index}`.repeat(50_000))
    const seen: string[] = []
    await replaceFile(path(), texts[0]!)
    await Promise.all([
      ...texts.map((text) => replaceFile(path(), text)),
      ...texts.map(async () => seen.push(await readFile(path(), 'utf8'))),
    ])
    expect(texts).to.include.members([...seen, await readFile(path(), 'utf8')])
    expect(await readdir(folder())).to.deep.equal(['file'])
  })
})
