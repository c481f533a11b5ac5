import {chmod, chown, lchown, mkdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {requireOwn, requirePrivateFolder} from '../../src/adapters/private-folder.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

/** A user that is not this one. */
const SOMEONE = 54_321

describe('requirePrivateFolder', () => {
  const folder = useTemporaryFolder()
  const mine = () => join(folder(), 'mine')
  const why = async () => (await refusal('ORCH_STATE', () => requirePrivateFolder(mine()))).details.why

  beforeEach(() => mkdir(mine(), {mode: 0o700}))

  it('takes a folder of this user below sticky parents, and tells when there is none', () => {
    expect([requirePrivateFolder(mine()), requirePrivateFolder(join(mine(), 'none'))]).to.deep.equal([true, false])
  })

  it('takes a link that this user made to a folder of this user', async () => {
    await symlink('mine', join(folder(), 'link'))
    expect(requirePrivateFolder(join(folder(), 'link'))).to.equal(true)
  })

  it('refuses a folder that others may write to', async () => {
    for (const mode of [0o777, 0o720, 0o1777]) {
      await chmod(mine(), mode)
      expect(await why()).to.equal('others may write to it')
    }
  })

  it('refuses a folder below one in which everybody may rename', async () => {
    await chmod(folder(), 0o777)
    expect(await why()).to.equal(`everybody may write to ${folder()}`)
    await chmod(folder(), 0o1777)
    expect(requirePrivateFolder(mine())).to.equal(true)
  })

  describe('of another user', () => {
    // Only root can give files away. CI runs as root.
    before(function () {
      if (process.getuid?.() !== 0) this.skip()
    })

    it('refuses the folder, and says whose it is', async () => {
      await chown(mine(), SOMEONE, SOMEONE)
      expect(await why()).to.equal(`it belongs to user ${SOMEONE}`)
    })

    it('refuses a link, wherever it leads', async () => {
      const link = join(folder(), 'link')
      await symlink('mine', link)
      await lchown(link, SOMEONE, SOMEONE)
      expect((await refusal('ORCH_STATE', () => requirePrivateFolder(link))).message).to.include(`a link of user ${SOMEONE}`)
    })

    it('refuses a socket in a folder of this user', async () => {
      await writeFile(join(mine(), 'socket'), '')
      requireOwn(join(mine(), 'socket'))
      await chown(join(mine(), 'socket'), SOMEONE, SOMEONE)
      expect((await refusal('ORCH_STATE', () => requireOwn(join(mine(), 'socket')))).message).to.include(`user ${SOMEONE}`)
    })
  })

  it('refuses a link in place of a socket', async () => {
    await symlink('elsewhere', join(mine(), 'socket'))
    expect((await refusal('ORCH_STATE', () => requireOwn(join(mine(), 'socket')))).details.why).to.equal('it is a link')
  })
})
