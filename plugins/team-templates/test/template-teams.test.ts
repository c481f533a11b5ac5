import {cp, mkdtemp, rename, rm, symlink, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {JsonSchema, SchemaValidator, TemplateSource} from '@orch/plugin-kit'
import {expect} from 'chai'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {TemplateTeams} from '../src/index.js'
import {BUILT_IN} from './support/sources.js'

/** Counts the files that were parsed: each is checked once. */
class CountingValidator implements SchemaValidator {
  readonly #ajv = new AjvValidator()
  checks = 0

  check(schema: JsonSchema, value: unknown) {
    this.checks += 1
    return this.#ajv.check(schema, value)
  }
}

describe('TemplateTeams', () => {
  let folder: string
  let schemas: CountingValidator
  let teams: TemplateTeams
  let sources: TemplateSource[]
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orch-teams-'))
    await cp(BUILT_IN.path, join(folder, 'own'), {recursive: true})
    schemas = new CountingValidator()
    teams = new TemplateTeams(schemas)
    sources = [{name: 'own', path: join(folder, 'own')}]
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))
  const file = (...names: string[]) => join(folder, 'own', ...names)

  it('parses a library once for a team of a hundred', async () => {
    await teams.load(sources)
    const once = schemas.checks
    expect(once).to.be.greaterThan(5)
    await Promise.all(Array.from({length: 99}, () => teams.load(sources)))
    expect(schemas.checks).to.equal(once)
  })

  const changes: Record<string, () => Promise<unknown>> = {
    'a file is written anew with as many bytes': async () => {
      await writeFile(file('briefings', 'developer.md'), 'one')
      await teams.load(sources)
      await writeFile(file('briefings', 'developer.md'), 'two')
    },
    'a file is put in the place of another with the same time': async () => {
      await writeFile(file('briefings', 'developer.md'), 'one')
      await writeFile(join(folder, 'new.md'), 'two')
      for (const path of [file('briefings', 'developer.md'), join(folder, 'new.md')]) await utimes(path, 1_000, 1_000)
      await teams.load(sources)
      await rename(join(folder, 'new.md'), file('briefings', 'developer.md'))
    },
    'a link leads elsewhere': async () => {
      for (const name of ['one', 'two']) await writeFile(join(folder, `${name}.md`), name)
      await rm(file('briefings', 'developer.md'))
      await symlink(join(folder, 'one.md'), file('briefings', 'developer.md'))
      await teams.load(sources)
      await rm(file('briefings', 'developer.md'))
      await symlink(join(folder, 'two.md'), file('briefings', 'developer.md'))
    },
  }
  for (const [how, change] of Object.entries(changes)) {
    it(`reads again when ${how}`, async () => {
      await change()
      expect((await teams.load(sources)).briefing('developer')).to.equal('two')
    })
  }

  it('reads again when a file is added or removed', async () => {
    await teams.load(sources)
    await writeFile(file('briefings', 'added.md'), 'new')
    expect((await teams.load(sources)).briefing('added')).to.equal('new')
    await rm(file('briefings', 'added.md'))
    const {briefing} = await teams.load(sources).then((catalog) => ({briefing: () => catalog.briefing('added')}))
    expect(briefing).to.throw()
  })

  it('keeps no failure', async () => {
    await writeFile(file('teams', 'broken.yaml'), 'kind: [')
    const failed = await Promise.allSettled([teams.load(sources), teams.load(sources)])
    expect(failed.map(({status}) => status)).to.deep.equal(['rejected', 'rejected'])
    await rm(file('teams', 'broken.yaml'))
    expect((await teams.load(sources)).roleKeys()).to.include('developer')
  })
})
