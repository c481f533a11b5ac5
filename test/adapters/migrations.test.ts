import {readFileSync, readdirSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import fc from 'fast-check'
import type {JsonSchema} from '@orch/plugin-kit'
import {FakeClock, MemoryLogger} from '@orch/plugin-kit/testing'
import {MessageArchive} from '../../src/adapters/message-archive.js'
import {MIGRATIONS, migrated} from '../../src/adapters/migrations.js'
import type {StoredRecord} from '../../src/adapters/migrations/stored-record.js'
import {PROJECT_SCHEMA} from '../../src/adapters/project-schema.js'
import {ProjectStore} from '../../src/adapters/project-store.js'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {STORE_SCHEMA, type Project} from '../../src/domain/model/project.js'
import {earlierRecords} from '../support/earlier-records.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'records')
const fixture = (name: string) => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as StoredRecord
const schemas = new AjvValidator()
const names = readdirSync(FIXTURES).sort()
/** Names that shape 3 gave up. */
const OLD_NAMES = [
  'after',
  'care',
  'conversed',
  'rescues',
  'heldBy',
  'heldSince',
  'rung',
  'rungAt',
  'taken',
  'talk',
  'approvals',
  'costUsd',
]

describe('migrations of records', () => {
  const folder = useTemporaryFolder()
  const open = () => ProjectStore.open({folder: folder(), clock: new FakeClock(), schemas, logger: new MemoryLogger()})

  it('has one migration for each shape after the first, in order, up to that of this orch', () => {
    expect(MIGRATIONS.map(({to}) => to)).to.deep.equal(Array.from({length: STORE_SCHEMA - 1}, (_, index) => index + 2))
  })

  it('has a record of each shape that it must read: add one, and a migration, when the shape changes', () => {
    expect(names.some((name) => name.startsWith(`${STORE_SCHEMA}-`))).to.equal(true)
    for (const name of names) expect(fixture(name)['schema'], name).to.equal(Number(name.split('-')[0]))
  })

  for (const name of names) {
    it(`opens the record ${name} that an earlier orch wrote, and finds in it what was there`, async () => {
      const earlier = fixture(name)
      await mkdir(join(folder(), 'projects'))
      await writeFile(join(folder(), 'projects', `${String(earlier['id'])}.json`), JSON.stringify(earlier))
      const store = await open()
      expect(store.damaged()).to.deep.equal([])
      const [project] = store.projects()
      expect(project).to.include({schema: STORE_SCHEMA, id: earlier['id'], state: earlier['state'], revision: earlier['revision']})
      expectSameFacts(earlier, project!)
      expect((await open()).projects()).to.deep.equal([project])
    })
  }

  it('brings any record of shape 1 into the shape of this orch, with every fact it held', () => {
    fc.assert(
      fc.property(earlierRecords(), (earlier) => {
        const record = migrated(earlier)
        expect(schemas.check(PROJECT_SCHEMA, record)).to.deep.equal([])
        expectSameFacts(earlier, record)
        expect(migrated(record)).to.equal(record)
      }),
    )
  })

  it('writes only names that its schema knows: a new name for a field needs a migration', () => {
    const current = names.filter((name) => name.startsWith(`${STORE_SCHEMA}-`))
    for (const name of current) expect(unknownNames(PROJECT_SCHEMA, fixture(name)), name).to.deep.equal([])
  })

  it('reads messages of the archive by their present names', async () => {
    await mkdir(join(folder(), 'p_1'))
    await writeFile(join(folder(), 'p_1', 'messages.jsonl'), '{"id":"m_1","heldBy":"draft","heldSince":7}\n{"id":"m_2","blockedBy":null}\n')
    expect(await new MessageArchive(folder()).read('p_1')).to.deep.equal([
      {id: 'm_1', blockedBy: 'draft', blockedSince: 7},
      {id: 'm_2', blockedBy: null},
    ])
  })
})

/** Every value of the earlier record is in the new one, and no field has an old name. */
function expectSameFacts(earlier: StoredRecord, record: StoredRecord | Project): void {
  const left = leavesOf({...record, schema: 0})
  for (const leaf of leavesOf({...earlier, schema: 0})) {
    const at = left.indexOf(leaf)
    // A cost that nothing was known of leaves no trace.
    if (leaf !== 'null') expect(at, `${leaf} is kept`).to.be.at.least(0)
    if (at >= 0) left.splice(at, 1)
  }
  const {agents, messages, incidents = []} = record as unknown as Project
  const objects = [record, (record as Project).options, ...agents, ...agents.map(({context}) => context ?? {}), ...messages, ...incidents]
  for (const object of objects) expect(Object.keys(object).filter((key) => OLD_NAMES.includes(key))).to.deep.equal([])
}

function leavesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)]
  return Object.values(value).flatMap(leavesOf)
}

/** Paths of fields that an object schema with named properties does not name. */
function unknownNames(schema: JsonSchema, value: unknown, path = ''): string[] {
  const {properties, items} = schema as {properties?: Record<string, JsonSchema>; items?: JsonSchema}
  if (Array.isArray(value)) return value.flatMap((each) => (items ? unknownNames(items, each, `${path}[]`) : []))
  if (!properties || typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) =>
    properties[key] ? unknownNames(properties[key], each, `${path}.${key}`) : [`${path}.${key}`],
  )
}
