import {once} from 'node:events'
import {mkdir, rm, stat, writeFile} from 'node:fs/promises'
import {connect, createServer, type Socket} from 'node:net'
import {join} from 'node:path'
import {expect} from 'chai'
import {SocketListener} from '../../src/rpc/listener.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('SocketListener', () => {
  const folder = useTemporaryFolder()
  const path = () => join(folder(), 'run', 'orch.sock')
  let listener: SocketListener

  beforeEach(async () => {
    listener = new SocketListener(path())
    await listener.listen((socket) => socket.pipe(socket))
  })
  afterEach(() => listener.close())

  async function echo(socket: Socket, text: string): Promise<string> {
    socket.write(text)
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    return chunk.toString()
  }

  async function echoed(text: string): Promise<string> {
    const socket = connect(path())
    try {
      return await echo(socket, text)
    } finally {
      socket.destroy()
    }
  }

  it('is made again once, however many ask for it at the same moment, and counts as intact meanwhile', async () => {
    await rm(path())
    const restoring = [listener.restore(), listener.restore()]
    expect(await listener.isIntact()).to.equal(true)
    await Promise.all([...restoring, listener.restore()])
    expect(await echoed('again')).to.equal('again')
  })

  it('stays closed when it is closed while it is made again', async () => {
    const restoring = listener.restore()
    await listener.close()
    await restoring
    const [error] = (await once(connect(path()), 'error')) as [NodeJS.ErrnoException]
    expect(error.code).to.equal('ENOENT')
  })

  it('is intact while nothing happens to its file', async () => {
    expect(await listener.isIntact()).to.equal(true)
    await echoed('once')
    expect(await listener.isIntact()).to.equal(true)
  })

  for (const [what, damage] of [
    ['removed', () => rm(path())],
    ['gone with its folder', () => rm(join(folder(), 'run'), {recursive: true})],
    ['replaced by a file', () => rm(path()).then(() => writeFile(path(), ''))],
    ['replaced by a folder', () => rm(path()).then(() => mkdir(path()))],
    [
      'replaced by another socket',
      async () => {
        await rm(path())
        await once(createServer().unref().listen(path()), 'listening')
      },
    ],
  ] as const) {
    it(`listens again when its file is ${what}; open connections go on`, async () => {
      const open = connect(path())
      expect(await echo(open, 'before')).to.equal('before')
      await damage()
      expect(await listener.isIntact()).to.equal(false)
      await listener.restore()
      expect(await listener.isIntact()).to.equal(true)
      expect(await echoed('again')).to.equal('again')
      expect(await echo(open, 'still')).to.equal('still')
      expect((await stat(path())).mode & 0o777).to.equal(0o600)
      open.destroy()
    })
  }

  it('needs no file once it is closed', async () => {
    await listener.close()
    expect(await listener.isIntact()).to.equal(true)
    await listener.restore()
    expect(await stat(path()).catch(() => null)).to.equal(null)
  })
})
