import {once} from 'node:events'
import {spawn, type ChildProcess} from 'node:child_process'
import {mkdir, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {takeInstanceLock} from '../../src/adapters/instance-lock.js'
import {eventually} from '../contract/eventually.js'
import {HOSTILE_PLACES} from '../support/hostile-places.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const SQUATTER = `
const [uid, ...names] = process.argv.slice(1)
if (uid !== '') process.setuid(Number(uid))
const {createServer} = require('node:net')
let left = names.length
for (const name of names) createServer().listen({path: '\\0' + name}, () => --left === 0 && process.stdout.write('taken'))
`
/** nobody(5) on Debian and Alpine; any uid that is not this one does. */
const NOBODY = '65534'
const HOLDER = fileURLToPath(new URL('../support/lock-holder.ts', import.meta.url))

describe('the instance lock', () => {
  const folder = useTemporaryFolder()
  const children: ChildProcess[] = []

  afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')))

  /** Another process that tries to take the lock. @returns what it says */
  async function another(): Promise<{child: ChildProcess; said: string}> {
    const child = spawn(process.execPath, ['--import', 'tsx', HOLDER, folder()], {stdio: ['ignore', 'pipe', 'inherit']})
    children.push(child)
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
    return {child, said: chunk.toString().trim()}
  }

  it('has one holder, whatever path leads to the folder', async () => {
    const lock = await takeInstanceLock(folder())
    expect(lock).not.to.equal(null)
    expect(await takeInstanceLock(folder())).to.equal(null)
    const link = join(folder(), 'link')
    await symlink(folder(), link)
    expect(await takeInstanceLock(link)).to.equal(null)
    await lock!.release()
    const again = await takeInstanceLock(folder())
    expect(again).not.to.equal(null)
    await again!.release()
  })

  for (const {what, put} of [{what: 'nothing', put: async () => {}}, ...HOSTILE_PLACES])
    it(`has its key made again while it is held, when ${what} is left in its place`, async function () {
      if (process.platform !== 'linux') this.skip()
      const lock = await takeInstanceLock(folder())
      const path = join(folder(), 'lock.1')
      const key = await readFile(path, 'utf8')
      const [file] = lock!.files
      expect(await file!.isIntact()).to.equal(true)
      await rm(path)
      await put(path)
      expect(await file!.isIntact()).to.equal(false)
      await file!.restore()
      expect(await readFile(path, 'utf8')).to.equal(key)
      expect(await takeInstanceLock(folder())).to.equal(null)
      await lock!.release()
    })

  it('is apart for each folder', async () => {
    const inner = join(folder(), 'inner')
    await mkdir(inner)
    const [one, other] = [await takeInstanceLock(folder()), await takeInstanceLock(inner)]
    expect(one).not.to.equal(null)
    expect(other).not.to.equal(null)
    await Promise.all([one!.release(), other!.release()])
  })

  it('is refused while another process holds it, and free when that is killed', async () => {
    const first = await another()
    expect(first.said).to.equal('taken')
    expect(await takeInstanceLock(folder())).to.equal(null)
    expect((await another()).said).to.equal('refused')
    const gone = once(first.child, 'exit')
    first.child.kill('SIGKILL')
    await gone
    await eventually(async () => {
      const lock = await takeInstanceLock(folder())
      expect(lock).not.to.equal(null)
      await lock!.release()
    })
  })

  describe('when another user holds its name', function () {
    before(function () {
      if (process.platform !== 'linux' || process.getuid!() !== 0) this.skip()
    })

    /** Holds abstract names as a user. */
    async function squat(uid: string, ...names: string[]): Promise<ChildProcess> {
      const child = spawn(process.execPath, ['-e', SQUATTER, uid, ...names], {stdio: ['ignore', 'pipe', 'inherit']})
      children.push(child)
      await once(child.stdout, 'data')
      return child
    }

    /** The name that versions before the keys used. */
    async function firstName(): Promise<string> {
      const {dev, ino} = await stat(folder(), {bigint: true})
      return `orch-${process.getuid!()}-${dev}:${ino}`
    }

    /** The name of the only key, after one start and stop. */
    async function usedName(): Promise<string> {
      await (await takeInstanceLock(folder()))!.release()
      return nameOf('lock.1')
    }

    async function nameOf(file: string): Promise<string> {
      return `orch-${process.getuid!()}-${(await readFile(join(folder(), file), 'utf8')).split(' ')[0]}`
    }

    it('ignores a foreign holder of the name of earlier versions, and says whose it is', async () => {
      await squat(NOBODY, await firstName())
      const lock = await takeInstanceLock(folder())
      expect(lock?.notes.join()).to.include(`user ${NOBODY} holds the lock name of earlier versions`)
      expect(await takeInstanceLock(folder())).to.equal(null)
      await lock!.release()
    })

    it('refuses while a process of this user holds the name of earlier versions', async () => {
      const earlier = await squat('', await firstName())
      expect(await takeInstanceLock(folder())).to.equal(null)
      const gone = once(earlier, 'exit')
      earlier.kill('SIGKILL')
      await gone
      const lock = await takeInstanceLock(folder())
      expect(lock).not.to.equal(null)
      await lock!.release()
    })

    it('replaces a name that a foreign process holds, and keeps the new one private', async () => {
      await squat(NOBODY, await usedName())
      const lock = await takeInstanceLock(folder())
      expect(lock?.notes.join()).to.include(`user ${NOBODY} holds the name`)
      expect((await readdir(folder())).filter((name) => name.startsWith('lock.'))).to.deep.equal(['lock.2'])
      expect((await stat(join(folder(), 'lock.2'))).mode & 0o777).to.equal(0o600)
      expect(await takeInstanceLock(folder())).to.equal(null)
      await lock!.release()
    })

    it('refuses when a process of this user holds an earlier key', async () => {
      const name = await usedName()
      await squat('', name)
      await writeFile(join(folder(), 'lock.2'), (await readFile(join(folder(), 'lock.1'), 'utf8')).replace(/^\w+/, 'a'.repeat(32)))
      expect(await takeInstanceLock(folder())).to.equal(null)
    })

    it('does not take a holder for foreign when its key was made in another pid namespace', async () => {
      const name = await usedName()
      const key = join(folder(), 'lock.1')
      await writeFile(key, (await readFile(key, 'utf8')).replace(/ .*/, ' pid:[1]'))
      const holder = await squat(NOBODY, name)
      expect(await takeInstanceLock(folder())).to.equal(null)
      const gone = once(holder, 'exit')
      holder.kill('SIGKILL')
      await gone
      const lock = await takeInstanceLock(folder())
      expect(lock).not.to.equal(null)
      await lock!.release()
    })

    it('replaces a damaged key', async () => {
      await writeFile(join(folder(), 'lock.1'), 'x')
      const lock = await takeInstanceLock(folder())
      expect(lock).not.to.equal(null)
      expect(await takeInstanceLock(folder())).to.equal(null)
      await lock!.release()
    })

    it('has exactly one holder when ten processes start against a squatter of both names', async function () {
      this.timeout(60_000)
      await squat(NOBODY, await usedName(), await firstName())
      const said = await Promise.all(Array.from({length: 10}, async () => (await another()).said))
      expect(said.filter((each) => each === 'taken')).to.have.length(1)
      expect(said.filter((each) => each === 'refused')).to.have.length(9)
    })
  })
})
