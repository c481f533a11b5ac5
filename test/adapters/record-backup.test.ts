import {execFileSync} from 'node:child_process'
import {cp, mkdir, readFile, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import {ProjectStore} from '../../src/adapters/project-store.js'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {claimStateDirectory, upgradeStateDirectory} from '../../src/adapters/state-directory.js'
import {STORE_SCHEMA} from '../../src/domain/model/project.js'
import {aProject} from '../support/builders.js'
import {failingCalls, type Fault} from '../support/failing-calls.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const RECORDS = join(import.meta.dirname, '..', 'fixtures', 'records')
/** Where the records of the fixtures lie in a state directory. */
const PLACES = {
  'state/projects/p_6petzazkqa.json': '1-messages.json',
  'state/projects/p_3pk3d8jej6.json': '1-baseline.json',
  'state/finished/p_kk8dq8x6rm.json': '1-deadlines.json',
} as const

describe('upgrade of a state directory', () => {
  const folder = useTemporaryFolder()
  const schemas = new AjvValidator()
  const data = () => join(folder(), 'data')
  const at = (path: string) => join(data(), path)
  const bytes = (name: string) => readFile(join(RECORDS, name), 'utf8')
  const backups = async () => (await readdir(at('backup')).catch(() => [])).filter((name) => !name.endsWith('.tmp'))

  /** What a supervisor does with its state directory before anything else. */
  const start = async (fault: Fault | null = null) => {
    const {calls, made} = failingCalls(fault)
    const claimed = await claimStateDirectory(data(), null)
    await upgradeStateDirectory(data(), claimed, calls)
    const store = await ProjectStore.open({folder: at('state'), clock: new FakeClock(), schemas, logger: new MemoryLogger(), calls})
    return {store, made}
  }

  beforeEach(async () => {
    for (const name of ['state/projects', 'state/finished']) await mkdir(at(name), {recursive: true, mode: 0o700})
    for (const [place, name] of Object.entries(PLACES)) await writeFile(at(place), await bytes(name))
    await writeFile(at('owner.json'), '{"schema": 1, "machine": null, "network": null, "boot": null, "tmuxFolder": null}')
  })

  it('keeps every record and the owner as they were, before it writes the first in another shape', async () => {
    const {store} = await start()
    expect(store.damaged()).to.deep.equal([])
    const [backup, ...others] = await backups()
    expect(others).to.deep.equal([])
    expect(backup).to.match(/^schema-1-\d{4}-\d\d-\d\dT/)
    for (const [place, name] of Object.entries(PLACES))
      expect(await readFile(at(join('backup', backup!, place)), 'utf8')).to.equal(await bytes(name))
    expect(await readFile(at(join('backup', backup!, 'owner.json')), 'utf8')).to.include('"schema": 1')
    expect(JSON.parse(await readFile(at('owner.json'), 'utf8'))).to.include({schema: STORE_SCHEMA})
    for (const {id} of store.projects())
      expect(await readFile(at(`state/projects/${id}.json`), 'utf8')).to.include(`"schema":${STORE_SCHEMA}`)
    expect(await store.load('p_kk8dq8x6rm')).to.include({schema: STORE_SCHEMA})
  })

  it('backs up once: a start that finds the shape of this orch leaves everything alone', async () => {
    await start()
    const before = await readdir(data(), {recursive: true})
    await start()
    expect(await readdir(data(), {recursive: true})).to.deep.equal(before)
  })

  it('backs up records that no owner speaks for, and nothing where there are none', async () => {
    await rm(at('owner.json'))
    await start()
    expect((await backups())[0]).to.match(/^schema-unknown-/)
    for (const name of ['owner.json', 'state', 'backup']) await rm(at(name), {recursive: true})
    await start()
    expect(await backups()).to.deep.equal([])
  })

  it('loses nothing to a kill at any of its calls, half done or not', async () => {
    const pristine = join(folder(), 'pristine')
    await cp(data(), pristine, {recursive: true, preserveTimestamps: true})
    const restore = async () => {
      await rm(data(), {recursive: true})
      await cp(pristine, data(), {recursive: true, preserveTimestamps: true})
    }
    const whole = await start()
    const expected = whole.store.projects()
    expect(whole.made()).to.be.greaterThan(20)
    for (let index = 0; index < whole.made(); index++)
      for (const half of [false, true]) {
        await restore()
        // The store goes on without the records it cannot read; everything else ends here.
        await start({kind: 'kill', at: index, half}).catch(() => undefined)
        const {store} = await start()
        const when = `killed at call ${index}${half ? ', half done' : ''}`
        expect(store.damaged(), when).to.deep.equal([])
        expect(store.fallbacks(), when).to.deep.equal([])
        expect(store.projects(), when).to.deep.equal(expected)
        const [backup] = await backups()
        for (const [place, name] of Object.entries(PLACES))
          expect(await readFile(at(join('backup', backup!, place)), 'utf8'), when).to.equal(await bytes(name))
      }
  }).timeout(60_000)

  it('starts on a disk that takes no record now, with every project, and writes their shape with the next change', async () => {
    const isFull = {now: true}
    const {store} = await start({kind: 'full', isFull: () => isFull.now})
    expect(store.projects()).to.have.length(2)
    expect(await readFile(at('state/projects/p_6petzazkqa.json'), 'utf8')).to.include('"schema": 1')
    isFull.now = false
    await store.update('p_6petzazkqa', (project) => ({...project, name: 'changed'}))
    expect(await readFile(at('state/projects/p_6petzazkqa.json'), 'utf8')).to.include(`"schema":${STORE_SCHEMA}`)
  })

  it('leaves the copy of a finished record in the backup when the project is taken up again', async () => {
    const {store} = await start()
    await store.reopen('p_kk8dq8x6rm')
    const [backup] = await backups()
    expect(await readFile(at(`backup/${backup}/state/finished/p_kk8dq8x6rm.json`), 'utf8')).to.equal(await bytes('1-deadlines.json'))
  })

  describe('downwards', () => {
    /** As if a newer orch had taken the directory over, with a backup of what this one wrote. */
    const takeOver = async () => {
      await start()
      const owner = JSON.parse(await readFile(at('owner.json'), 'utf8')) as object
      await cp(at('state'), at(`backup/schema-${STORE_SCHEMA}-2026-01-01T000000.000Z/state`), {recursive: true})
      await cp(at('owner.json'), at(`backup/schema-${STORE_SCHEMA}-2026-01-01T000000.000Z/owner.json`))
      await writeFile(at('owner.json'), JSON.stringify({...owner, schema: STORE_SCHEMA + 1}))
      await writeFile(at('state/projects/p_new.json'), JSON.stringify({...aProject({id: 'p_new'}), schema: STORE_SCHEMA + 1}))
    }

    it('refuses what a newer orch wrote, and says commands that bring back what was before', async () => {
      const before = (await start()).store.projects()
      await takeOver()
      const {message, remedy} = await refusal('ORCH_STATE', start())
      expect(message).to.include(`newer orch (schema ${STORE_SCHEMA + 1}, this one knows ${STORE_SCHEMA})`)
      expect(remedy).to.match(/^Install that version of orch again\. Or give up what was done since/)
      execFileSync('sh', ['-c', /before: (.*)$/.exec(remedy)![1]!])
      const {store} = await start()
      expect(store.damaged()).to.deep.equal([])
      expect(store.projects()).to.deep.equal(before)
      expect(await readdir(at('state.newer/projects'))).to.include('p_new.json')
    })

    it('says only to install the newer one where no backup is left', async () => {
      await takeOver()
      await rm(at('backup'), {recursive: true})
      expect((await refusal('ORCH_STATE', start())).remedy).to.equal('Install that version of orch again.')
    })

    it('leaves a single record of a newer orch alone, opens the others, and says what to do', async () => {
      const {store: first} = await start()
      const newer = JSON.stringify({...aProject({id: 'p_new'}), schema: STORE_SCHEMA + 1})
      await writeFile(at('state/projects/p_new.json'), newer)
      await writeFile(at('state/projects/p_new.json.previous'), JSON.stringify(aProject({id: 'p_new'})))
      const {store} = await start()
      expect(store.projects()).to.have.length(first.projects().length)
      expect(store.damaged()[0]).to.include({
        id: 'p_new',
        why: `it was written by a newer orch (schema ${STORE_SCHEMA + 1}, this one knows ${STORE_SCHEMA})`,
      })
      expect(store.damaged()[0]!.remedy).to.include('Install that version')
      expect(await readFile(at('state/projects/p_new.json'), 'utf8')).to.equal(newer)
      expect((await readdir(at('state/projects'))).filter((name) => name.startsWith('p_new'))).to.have.length(2)
    })
  })
})
