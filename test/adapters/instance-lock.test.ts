import {once} from 'node:events'
import {spawn, type ChildProcess} from 'node:child_process'
import {symlink} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {takeInstanceLock} from '../../src/adapters/instance-lock.js'
import {eventually} from '../contract/eventually.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

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

  it('is apart for each folder', async () => {
    const [one, other] = [await takeInstanceLock(folder()), await takeInstanceLock(join(folder(), '..'))]
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
})
