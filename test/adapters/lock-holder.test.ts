import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {isHolderHidden} from '../../src/adapters/lock-holder.js'
import {makeLockKey, pidNamespace} from '../../src/adapters/lock-keys.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('isHolderHidden', () => {
  const folder = useTemporaryFolder()

  beforeEach(function () {
    if (process.platform !== 'linux') this.skip()
  })

  it('says no where every process can be seen', async () => {
    await makeLockKey(folder(), 1)
    expect(await isHolderHidden(folder())).to.equal(false)
  })

  it('says yes for a key of another pid namespace', async () => {
    await writeFile(join(folder(), 'lock.1'), `${'a'.repeat(32)} ${await pidNamespace()}x\n`)
    expect(await isHolderHidden(folder())).to.equal(true)
  })

  it('says yes without /proc', async () => {
    await makeLockKey(folder(), 1)
    await mkdir(join(folder(), 'proc'))
    expect(await isHolderHidden(folder(), join(folder(), 'proc'))).to.equal(true)
  })
})
