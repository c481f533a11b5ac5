import {expect} from 'chai'
import {OrchError, type Outline, type Planner, type RepositoryFacts} from '@orch/plugin-kit'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import type {Config} from '../../../src/domain/config.js'
import {PLAN_SCHEMA} from '../../../src/domain/plan-schema.js'
import {Configuration} from '../../../src/services/configuration/configuration.js'
import {PlanDrafting, type PlanRequest} from '../../../src/services/planning/draft-plan.js'
import {aRepository, anOutline} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {FakeCatalog} from '../../support/fake-teams.js'
import {aWorld, type World} from '../../support/world.js'

type OutlineRequest = Parameters<Planner['outline']>[0]

describe('PlanDrafting', () => {
  let world: World
  let planning: PlanDrafting
  let catalog: FakeCatalog
  let asked: (OutlineRequest & {planner: string})[]
  let modelProblem: string | null

  function open(repository: Partial<RepositoryFacts> = {}, outline: Partial<Outline> = {}, planners = ['outline', 'claude']): void {
    world = aWorld()
    world.workspace.repository = aRepository(repository)
    world.files.put('/repo/spec.md', '# Demo\n')
    catalog = new FakeCatalog()
    asked = []
    modelProblem = null
    const planner = (name: string, usesModel: boolean): Planner => ({
      name,
      usesModel,
      unavailable: async () => (usesModel ? modelProblem : null),
      outline: async (request) => {
        asked.push({...request, planner: name})
        request.onProgress('thinking')
        return anOutline(outline)
      },
    })
    planning = new PlanDrafting({
      planners: new Map(planners.map((name) => [name, planner(name, name === 'claude')])),
    })
  }

  const config = (values: Partial<Config>): Config =>
    new Configuration({}, new AjvValidator()).resolve([{name: 'flag', values, placeOf: () => ''}]).config

  const draft = (values: Partial<Config> = {}, changes: Partial<PlanRequest> = {}) =>
    planning.draft(
      {
        specification: {path: '/repo/spec.md', text: '# Demo\n', digest: 'd'.repeat(64)},
        repository: world.workspace.repository,
        config: config(values),
        agent: values.agent ?? null,
        commandOrigins: new Map(),
        roles: [],
        addRoles: [],
        size: 'auto',
        budgetUsd: null,
        env: {HOME: '/h'},
        onProgress: () => {},
        ...changes,
      },
      catalog,
    )

  it('refuses a role or template that does not exist before a planner is asked', async () => {
    open()
    const error = await refusal('ORCH_NOT_FOUND', draft({}, {roles: ['develper']}))
    expect(error.remedy).to.include('Did you mean developer?')
    await refusal('ORCH_NOT_FOUND', draft({}, {addRoles: ['nobody']}))
    catalog.show = (name) => {
      throw new OrchError('ORCH_NOT_FOUND', {what: 'team template', name, known: ['library']})
    }
    await refusal('ORCH_NOT_FOUND', draft({team: 'librari'}))
    expect(asked).to.deep.equal([])
  })

  it('makes a plan that its own schema takes', async () => {
    open()
    const {plan} = await draft({setup: ['npm ci'], acceptance: ['npm test']})
    expect(new AjvValidator().check(PLAN_SCHEMA, plan)).to.deep.equal([])
    expect(plan).to.deep.include({schema: 1, totalHours: 2})
    expect(plan.spec).to.deep.equal({path: '/repo/spec.md', digest: 'd'.repeat(64)})
  })

  it('tells the planner what it needs, and the person what goes on', async () => {
    open()
    const lines: string[] = []
    await draft({}, {onProgress: (line) => lines.push(line)})
    expect(asked[0]).to.include({spec: '# Demo\n', specPath: '/repo/spec.md', repository: '/repo', branch: 'main'})
    expect(lines).to.deep.equal(['planning with outline', 'thinking'])
  })

  describe('the planner', () => {
    for (const [what, values, problem, planner] of [
      ['is the agent’s own model', {agent: 'claude'}, null, 'claude'],
      ['is the outline when the model cannot be used', {agent: 'claude'}, 'not logged in', 'outline'],
      ['is the outline for a rehearsal', {agent: 'rehearsal'}, null, 'outline'],
      ['is the one that is named', {agent: 'claude', planner: 'outline'}, null, 'outline'],
    ] as const) {
      it(what, async () => {
        open()
        modelProblem = problem
        expect((await draft(values)).plan.planner).to.equal(planner)
      })
    }

    it('is the model’s or none where nothing can make an outline', async () => {
      open({}, {}, ['claude'])
      expect((await draft({agent: 'claude'})).plan.planner).to.equal('claude')
      expect((await refusal('ORCH_NOT_FOUND', draft({agent: 'rehearsal'}))).message).to.include('outline')
      modelProblem = 'not logged in'
      expect((await refusal('ORCH_PLANNER_FAILED', draft({agent: 'claude'}))).message).to.include('not logged in')
    })

    it('says why it is the outline where the model was tried first, in its progress and in the plan', async () => {
      open()
      modelProblem = 'nobody is logged in'
      const lines: string[] = []
      const {plan} = await draft({agent: 'claude'}, {onProgress: (line) => lines.push(line)})
      expect(lines[0]).to.equal('the planner claude cannot be used (nobody is logged in); planning with outline')
      expect(plan.warnings[0]).to.include('the planner claude cannot be used (nobody is logged in)')
    })

    it('says nothing of a model that was not asked for', async () => {
      open()
      modelProblem = 'nobody is logged in'
      for (const values of [{agent: 'rehearsal'}, {agent: 'claude', planner: 'outline'}] as const)
        expect((await draft(values)).plan.warnings.join()).to.not.include('nobody is logged in')
    })

    it('that is named and cannot be used is an error, and so is one nobody knows', async () => {
      open()
      modelProblem = 'not logged in'
      expect((await refusal('ORCH_PLANNER_FAILED', draft({planner: 'claude'}))).message).to.include('not logged in')
      expect((await refusal('ORCH_NOT_FOUND', draft({planner: 'oracle'}))).remedy).to.include('claude, outline')
    })
  })

  it('has the team composed as the person asked', async () => {
    open()
    await draft({team: 'library', maxAgents: 3, subscription: 'pro'}, {roles: ['tester'], addRoles: ['developer'], size: 'large'})
    expect(catalog.requests[0]).to.include({template: 'library', maxAgents: 3, subscription: 'pro', size: 'large', repository: '/repo'})
    expect(catalog.requests[0]).to.deep.include({roles: ['tester'], addRoles: ['developer']})
  })

  describe('commands', () => {
    it('of the specification are taken only when the person named none', async () => {
      open({}, {acceptance: ['make check']})
      expect((await draft()).plan.acceptance).to.deep.equal([{command: 'make check', origin: 'spec'}])
      const commandOrigins = new Map([['npm test', 'flag' as const]])
      expect((await draft({acceptance: ['npm test']}, {commandOrigins})).plan.acceptance).to.deep.equal([
        {command: 'npm test', origin: 'flag'},
      ])
    })
  })

  describe('warns', () => {
    const warnings = async (values: Partial<Config> = {agent: 'rehearsal', acceptance: ['true']}) =>
      (await draft(values)).plan.warnings.join('\n')

    it('of nothing when there is nothing', async () => {
      open()
      expect(await warnings()).to.equal('')
    })

    for (const [what, repository, word] of [
      ['uncommitted paths', {dirty: 3}, '3 uncommitted paths in'],
      ['an uncommitted path', {dirty: 1}, '1 uncommitted path in'],
      ['a detached HEAD', {head: {kind: 'detached', sha: 's'}}, 'detached'],
      ['a shallow clone', {shallow: true}, 'shallow'],
      ['submodules', {submodules: true}, 'Submodules'],
      ['a missing identity', {identity: null}, 'user.name'],
    ] as const satisfies readonly (readonly [string, Partial<RepositoryFacts>, string])[]) {
      it(`of ${what}`, async () => {
        open(repository)
        expect(await warnings()).to.include(word)
      })
    }

    it('of no missing identity where the environment of the agents has one', async () => {
      open({identity: null})
      const identity = {GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@x'}
      const {plan} = await draft({agent: 'rehearsal', acceptance: ['true']}, {env: identity})
      expect(plan.warnings).to.deep.equal([])
    })

    it('of what the team itself warns of, first', async () => {
      open({dirty: 1})
      const compose = catalog.compose.bind(catalog)
      catalog.compose = async (request) => ({...(await compose(request)), warnings: ['nobody can test']})
      const {plan} = await draft({agent: 'rehearsal', acceptance: ['true']})
      expect(plan.warnings[0]).to.equal('nobody can test')
      expect(plan.warnings).to.have.length(2)
      expect(plan.team).not.to.have.property('warnings')
    })

    it('of a result that nothing can verify', async () => {
      open()
      expect(await warnings({agent: 'rehearsal'})).to.include('verified: false')
      expect(await warnings({agent: 'claude', acceptance: ['true']})).to.equal('')
    })
  })
})
