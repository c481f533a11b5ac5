import {mkdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {LocalFiles} from '../../src/adapters/local-files.js'
import {TrustFile} from '../../src/adapters/trust-file.js'
import {aRepository} from '../support/builders.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('TrustFile', () => {
  const folder = useTemporaryFolder()
  const open = () => new TrustFile(join(folder(), 'config'), new LocalFiles())
  const main = (root: string) => aRepository({root, mainRoot: root, commonDir: `${root}/.git`})

  it('trusts nothing at first', async () => {
    expect(await open().has(main('/repo'))).to.equal(false)
  })

  it('remembers exactly the repositories it was told of', async () => {
    await open().add(main('/repo'))
    await open().add(main('/other'))
    await open().add(main('/repo'))
    expect(await open().has(main('/repo'))).to.equal(true)
    expect(await open().has(main('/other'))).to.equal(true)
    for (const near of ['/repo', '/repo/.git/', '/repo/.git/modules/x', '/REPO/.git', ''])
      expect(await open().has(aRepository({commonDir: near})), near).to.equal(false)
    const file = join(folder(), 'config', 'trusted.json')
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal(['/repo/.git', '/other/.git'])
    expect((await stat(file)).mode & 0o777).to.equal(0o600)
  })

  it('covers the worktrees a repository has entries for, and no folder that only points there', async () => {
    await open().add(main('/repo'))
    expect(await open().has(aRepository({root: '/linked', tie: 'linked'}))).to.equal(true)
    expect(await open().has(aRepository({root: '/evil', tie: 'claimed'}))).to.equal(false)
  })

  it('trusts a tree that only its .git file ties to a repository together with that repository, and nothing else of it', async () => {
    const apart = aRepository({root: '/apart', commonDir: '/apart-git', tie: 'claimed'})
    await open().add(apart)
    expect(await open().has(apart)).to.equal(true)
    expect(await open().has({...apart, root: '/evil'})).to.equal(false)
    expect(await open().has({...apart, commonDir: '/other-git'})).to.equal(false)
    expect(await open().has({...apart, root: '/linked', tie: 'linked'})).to.equal(false)
  })

  for (const text of ['[', '{}', '"/repo/.git"', '[7]', '[{"root": "/repo"}]']) {
    it(`says what is wrong with a file that holds ${text}, and trusts nothing by it`, async () => {
      await mkdir(join(folder(), 'config'))
      await writeFile(join(folder(), 'config', 'trusted.json'), text)
      for (const work of [open().has(main('/repo')), open().add(main('/repo'))])
        expect((await refusal('ORCH_CONFIG', work)).message).to.include('trusted.json')
    })
  }
})
