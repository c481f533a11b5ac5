import {chmod, mkdir, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {FakeRunner} from '@orch/plugin-kit/testing'
import {LocalTmuxRooms} from '../../src/adapters/tmux-rooms.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('LocalTmuxRooms', () => {
  const folder = useTemporaryFolder()
  const rooms = (runner = new FakeRunner()) => new LocalTmuxRooms(folder(), runner)

  it('gives each project a private folder', async () => {
    const path = await rooms().prepare('p_1')
    expect((await stat(path)).mode & 0o777).to.equal(0o700)
    expect(await rooms().prepare('p_1')).to.equal(path)
    expect(await rooms().prepare('p_2')).not.to.equal(path)
  })

  it('gives a short one where the state directory lies deep', async () => {
    const deep = new LocalTmuxRooms(join(folder(), 'x'.repeat(80)), new FakeRunner())
    const path = await deep.prepare('p_1')
    try {
      expect(Buffer.byteLength(`${path}/tmux-${process.getuid!()}/default`)).to.be.below(104)
    } finally {
      await deep.end('p_1')
    }
    expect(await stat(path).catch(() => null)).to.equal(null)
  })

  it('refuses a link and a folder that others may enter', async () => {
    await mkdir(join(folder(), 'tmux', 'p_1'), {recursive: true})
    await chmod(join(folder(), 'tmux', 'p_1'), 0o755)
    await symlink(folder(), join(folder(), 'tmux', 'p_2'))
    for (const project of ['p_1', 'p_2']) await refusal('ORCH_REFUSED', rooms().prepare(project))
  })

  it('ends every server that has a socket there, and removes the folder', async () => {
    const runner = new FakeRunner()
    const sockets = join(await rooms().prepare('p_1'), `tmux-${process.getuid!()}`)
    await mkdir(sockets)
    for (const name of ['default', 'x']) {
      await writeFile(join(sockets, name), '')
      runner.on(['tmux', '-N', '-S', join(sockets, name), 'kill-server'])
    }
    await rooms(runner).end('p_1')
    expect(runner.calls).to.have.length(2)
    expect(await stat(join(folder(), 'tmux', 'p_1')).catch(() => null)).to.equal(null)
    await rooms(runner).end('p_none')
  })
})
