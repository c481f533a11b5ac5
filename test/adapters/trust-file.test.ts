import {mkdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {LocalFiles} from '../../src/adapters/local-files.js'
import {TrustFile} from '../../src/adapters/trust-file.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('TrustFile', () => {
  const folder = useTemporaryFolder()
  const open = () => new TrustFile(join(folder(), 'config'), new LocalFiles())

  it('trusts nothing at first', async () => {
    expect(await open().has('/repo/.git')).to.equal(false)
  })

  it('remembers exactly the repositories it was told of', async () => {
    await open().add('/repo/.git')
    await open().add('/other/.git')
    await open().add('/repo/.git')
    expect(await open().has('/repo/.git')).to.equal(true)
    expect(await open().has('/other/.git')).to.equal(true)
    for (const near of ['/repo', '/repo/.git/', '/repo/.git/modules/x', '/REPO/.git', ''])
      expect(await open().has(near), near).to.equal(false)
    const file = join(folder(), 'config', 'trusted.json')
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal(['/repo/.git', '/other/.git'])
    expect((await stat(file)).mode & 0o777).to.equal(0o600)
  })

  for (const text of ['[', '{}', '"/repo/.git"', '[7]']) {
    it(`says what is wrong with a file that holds ${text}, and trusts nothing by it`, async () => {
      await mkdir(join(folder(), 'config'))
      await writeFile(join(folder(), 'config', 'trusted.json'), text)
      for (const work of [open().has('/repo/.git'), open().add('/repo/.git')])
        expect((await refusal('ORCH_CONFIG', work)).message).to.include('trusted.json')
    })
  }
})
