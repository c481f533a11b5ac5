import {mkdir, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {findNameHolder} from '../../src/adapters/name-holder.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

/** A proc(5) of a test: this process, and others with their sockets. */
describe('findNameHolder', () => {
  const proc = useTemporaryFolder()
  const me = process.getuid!()
  const HEAD = 'Num       RefCount Protocol Flags    Type St Inode Path\n'
  const row = (inode: number, path: string) => `0000000000000000: 00000002 00000000 00010000 0001 01 ${inode} ${path}\n`
  const sockets = (text: string) => writeFile(join(proc(), 'net/unix'), HEAD + text)

  async function run(pid: number, {uid = me, links = []}: {uid?: number; links?: readonly string[]} = {}): Promise<void> {
    await mkdir(join(proc(), String(pid), 'fd'), {recursive: true})
    for (const [index, target] of links.entries()) await symlink(target, join(proc(), String(pid), 'fd', String(index)))
    await writeFile(join(proc(), String(pid), 'status'), `Name:\tx\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`)
    await writeFile(join(proc(), String(pid), 'comm'), 'node\n')
  }

  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip()
    await mkdir(join(proc(), 'net'))
    await run(process.pid)
  })

  it('names the process of this user that has the socket open', async () => {
    await sockets(row(7, '@other') + row(8, '@orch-lock'))
    await run(41, {links: ['/dev/null', 'socket:[7]']})
    await run(42, {links: ['/dev/null', 'socket:[8]']})
    expect(await findNameHolder('orch-lock', proc())).to.deep.equal({whose: 'own', pid: 42})
  })

  it('names another user, whose process is seen or hidden', async () => {
    await sockets(row(8, '@orch-lock'))
    expect(await findNameHolder('orch-lock', proc())).to.deep.equal({whose: 'foreign', uid: null})
    await run(42, {uid: me + 1, links: ['socket:[8]']})
    expect(await findNameHolder('orch-lock', proc())).to.deep.equal({whose: 'foreign', uid: me + 1})
  })

  it('takes no path in the file system, and no longer or shorter name, for the name', async () => {
    await sockets(row(7, '/orch-lock') + row(8, '@orch-lock2') + row(9, '@orch-loc') + '0000: half a line\n')
    await run(42, {links: ['socket:[7]', 'socket:[8]', 'socket:[9]']})
    expect(await findNameHolder('orch-lock', proc())).to.deep.equal({whose: 'none'})
  })

  it('knows the name by the NULs with which it is filled up', async () => {
    await sockets(row(8, `@orch-lock${'@'.repeat(90)}`))
    await run(42, {links: ['socket:[8]']})
    expect(await findNameHolder('orch-lock', proc())).to.deep.equal({whose: 'own', pid: 42})
  })

  it('passes over a process that ends while it is looked at', async () => {
    await sockets(row(8, '@orch-lock'))
    await run(42, {links: ['socket:[8]']})
    await rm(join(proc(), '42/status'))
    expect(await findNameHolder('orch-lock', proc())).to.deep.equal({whose: 'foreign', uid: null})
  })

  it('does not know where nothing can be seen', async () => {
    expect(await findNameHolder('orch-lock', join(proc(), 'nowhere'))).to.deep.equal({whose: 'unknown'})
    await sockets(row(8, '@orch-lock'))
    await rm(join(proc(), String(process.pid)), {recursive: true})
    expect(await findNameHolder('orch-lock', proc())).to.deep.equal({whose: 'unknown'})
  })
})
