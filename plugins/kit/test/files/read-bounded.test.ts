import {execFileSync} from 'node:child_process'
import {chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {hasCode} from '../../src/index.js'
import {readBounded, readBoundedText} from '../../src/files/index.js'
import {memoryAskedFor} from '../support/memory.js'

const MAX = {maxBytes: 10}

describe('readBounded', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'orch-kit-')))
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const at = (name: string) => join(folder, name)
  const why = async (path: string, bounds = MAX) => {
    const failure = await readBounded(path, bounds).then(
      () => 'it was read',
      (error: unknown) => error,
    )
    return hasCode(failure, 'ORCH_FILE') ? failure.details.why : failure
  }

  it('asks for no more memory than a small file needs, whatever the limit', async () => {
    await writeFile(at('small'), 'x'.repeat(3_000))
    const asked = await memoryAskedFor(async () => {
      expect((await readBounded(at('small'), {maxBytes: 64 * 1024 * 1024}))?.length).to.equal(3_000)
    })
    expect(asked).to.be.below(16 * 1024)
  })

  it('reads a file of many chunks whole', async () => {
    const content = Buffer.alloc(2_500_000, 'abcdefg')
    await writeFile(at('large'), content)
    expect((await readBounded(at('large'), {maxBytes: content.length}))?.equals(content)).to.equal(true)
  })

  it('reads a file of exactly the most bytes, and refuses one byte more', async () => {
    await writeFile(at('most'), '0123456789')
    await writeFile(at('more'), '0123456789+')
    expect(await readBoundedText(at('most'), MAX)).to.equal('0123456789')
    expect(await why(at('more'))).to.equal('it is larger than 1 kB')
  })

  it('finds nothing where nothing is, below a file, and behind a link to nothing', async () => {
    await writeFile(at('file'), '')
    await symlink('none', at('link'))
    expect(await Promise.all(['none', 'file/below', 'link'].map((name) => readBounded(at(name), MAX)))).to.deep.equal([null, null, null])
  })

  it('refuses a folder', async () => {
    await mkdir(at('folder'))
    expect(await why(at('folder'))).to.equal('it is a folder, not a file')
  })

  it('refuses a named pipe without waiting for a writer', async () => {
    execFileSync('mkfifo', [at('pipe')])
    expect(await why(at('pipe'))).to.equal('it is a named pipe, not a file')
  })

  it('refuses a socket', async () => {
    const server = createServer().listen(at('socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    try {
      expect(await why(at('socket'))).to.match(/socket/)
    } finally {
      server.close()
    }
  })

  for (const target of ['/dev/zero', '/proc/self/environ']) {
    it(`refuses a link to ${target}`, async () => {
      await symlink(target, at('link'))
      expect(await why(at('link'))).to.match(/^it leads to /)
    })
  }

  it('refuses a link in a circle', async () => {
    await symlink('b', at('a'))
    await symlink('a', at('b'))
    expect(await why(at('a'))).to.equal('its links lead in a circle')
  })

  it('follows links inside the folder it is kept to, and refuses those that lead out of it', async () => {
    await mkdir(at('in'))
    await writeFile(at('in/file'), 'inside')
    await writeFile(at('in-too'), 'outside')
    await symlink('file', at('in/near'))
    await symlink('../in-too', at('in/far'))
    await symlink('..', at('in/up'))
    expect(await readBoundedText(at('in/near'), {...MAX, within: at('in')})).to.equal('inside')
    for (const name of ['in/far', 'in/up/in-too'])
      expect(await why(at(name), {...MAX, within: at('in')} as typeof MAX)).to.equal(`it is a link that leads out of ${at('in')}`)
  })

  it('says when this user may not read a file', async () => {
    await writeFile(at('file'), '')
    await chmod(at('file'), 0)
    // root may read everything.
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid!('nobody')
    try {
      expect(await why(at('file'))).to.equal('this user may not read it')
    } finally {
      if (isRoot) process.seteuid!(0)
    }
  })
})
