import {chmod, chown, mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {STORE_SCHEMA} from '../../src/domain/model/project.js'
import {claimStateDirectory, upgradeStateDirectory} from '../../src/adapters/state-directory.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('claimStateDirectory', () => {
  const temporary = useTemporaryFolder()
  const folder = () => join(temporary(), 'a', 'state')
  /** As a supervisor does, which takes its lock in between. */
  const claim = async (tmuxFolder: string | null = null) => {
    const claimed = await claimStateDirectory(folder(), tmuxFolder)
    await upgradeStateDirectory(folder(), claimed)
    return claimed
  }
  const owner = () => join(folder(), 'owner.json')
  const recorded = async () => JSON.parse(await readFile(owner(), 'utf8')) as Record<string, unknown>
  const record = async (changes: object) => writeFile(owner(), JSON.stringify({...(await recorded()), ...changes}))

  it('makes it private, and takes it up again', async () => {
    await claim()
    expect((await stat(folder())).mode & 0o777).to.equal(0o700)
    expect(await recorded()).to.have.property('schema', STORE_SCHEMA)
    await claim()
  })

  it('refuses one that a newer orch wrote, and leaves it untouched', async () => {
    await claim()
    await record({schema: 99})
    const before = await readFile(owner(), 'utf8')
    const error = await refusal('ORCH_STATE', claim())
    expect(error.message).to.include('newer')
    expect(await readFile(owner(), 'utf8')).to.equal(before)
  })

  it('refuses one of another network namespace of the same boot', async function () {
    await claim()
    if ((await recorded())['network'] === null) return this.skip()
    await record({network: 'net:[1]'})
    expect((await refusal('ORCH_STATE', claim())).remedy).to.include('ORCH_DATA_DIR')
  })

  it('takes a namespace of an earlier boot for nothing', async function () {
    await claim()
    if ((await recorded())['boot'] === null) return this.skip()
    const now = await recorded()
    await record({network: 'net:[1]', boot: 'another'})
    await claim()
    expect(await recorded()).to.deep.equal(now)
  })

  it('refuses one of another machine', async function () {
    await claim()
    if ((await recorded())['machine'] === null) return this.skip()
    await record({machine: 'another'})
    expect((await refusal('ORCH_STATE', claim())).message).to.include('another machine')
  })

  it('stays with the tmux folder of its first use, wherever the next supervisor comes from', async () => {
    expect(await claim(temporary())).to.include({tmuxFolder: temporary()})
    expect(await claim('/somewhere/else')).to.include({tmuxFolder: temporary()})
    expect(await claim(null)).to.include({tmuxFolder: temporary()})
  })

  it('takes another tmux folder when the first is gone, and its server with it', async () => {
    const first = join(temporary(), 'tmux')
    await mkdir(first)
    await claim(first)
    await rm(first, {recursive: true})
    expect(await claim('/somewhere/else')).to.include({tmuxFolder: '/somewhere/else'})
  })

  for (const mode of [0o770, 0o720, 0o702, 0o777]) {
    it(`refuses one that others may write to (${mode.toString(8)})`, async () => {
      await mkdir(folder(), {recursive: true})
      await chmod(folder(), mode)
      expect((await refusal('ORCH_STATE', claim())).remedy).to.include('chmod 700')
    })
  }

  it('refuses one of another user', async function () {
    if (process.getuid?.() !== 0) return this.skip()
    await mkdir(folder(), {recursive: true, mode: 0o700})
    await chown(folder(), 65_534, 65_534)
    expect((await refusal('ORCH_STATE', claim())).message).to.include('65534')
  })

  it('refuses a record that cannot be read, and names the file', async () => {
    await claim()
    await writeFile(owner(), '{')
    expect((await refusal('ORCH_STATE', claim())).remedy).to.include(owner())
  })
})
