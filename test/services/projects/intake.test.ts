import {expect} from 'chai'
import {OrchError, type Actor, type Plan, type PlannedCommand, type RepositoryFacts} from '@orch/plugin-kit'
import {splitCommand} from '../../../src/adapters/command-line.js'
import {AjvValidator} from '../../../src/adapters/schema-validator.js'
import {BY_PERSON} from '../../../src/domain/actor.js'
import {ProjectCreation} from '../../../src/services/projects/create-project.js'
import {ConfigLayers, type ReadLayer} from '../../../src/services/configuration/config-layers.js'
import {Configuration} from '../../../src/services/configuration/configuration.js'
import {Intake} from '../../../src/services/projects/intake.js'
import {PlanFiles} from '../../../src/services/planning/plan-files.js'
import {PlanDrafting} from '../../../src/services/planning/draft-plan.js'
import {PortBlocks} from '../../../src/services/projects/port-blocks.js'
import {Preflight} from '../../../src/services/planning/preflight.js'
import {ProgramConsent} from '../../../src/services/repository-watch/program-consent.js'
import type {RunRequest} from '../../../src/services/planning/run-request.js'
import type {ProjectRunner} from '../../../src/services/projects/project-runner.js'
import {aPlan, aRepository, aRole, anOutline} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {FakeDriver} from '../../support/fake-driver.js'
import {FakeCatalog} from '../../support/fake-teams.js'
import {aWorld, type World} from '../../support/world.js'

const OAUTH = {
  type: 'object',
  properties: {port: {type: 'integer', default: 3000}, ports: {type: 'array', items: {type: 'integer'}, default: []}},
}
const CLAUDE = {type: 'object', properties: {command: {type: 'string'}}}
const GREETING = {type: 'object', properties: {word: {type: 'string', default: 'hello'}}}
const APPROVED = {by: 'person', initCommit: false, stopOnExit: false, fresh: false} as const

interface Setting {
  readonly user?: object
  readonly project?: object
  readonly repository?: Partial<RepositoryFacts>
  readonly acceptanceOfSpec?: readonly string[]
}

describe('Intake', () => {
  let world: World
  let intake: Intake
  let driven: string[]
  let trusted: string[]
  const rehearsal = () => world.drivers.get('rehearsal') as FakeDriver
  const claude = () => world.drivers.get('claude') as FakeDriver

  function open({user, project, repository, acceptanceOfSpec = []}: Setting = {}): void {
    world = aWorld({drivers: [new FakeDriver({kind: 'rehearsal'}), new FakeDriver({kind: 'claude', real: true})]})
    world.workspace.repository = aRepository(repository)
    world.files.put('/repo/spec.md', '# Demo\n')
    driven = []
    trusted = []
    const schemas = new AjvValidator()
    const read: ReadLayer = async (name, folder) => {
      const values = name === 'user' ? user : project
      return values ? {name, values: values as Record<string, unknown>, placeOf: () => `${folder}/.orchrc:1`} : null
    }
    const configuration = new Configuration({oauth: OAUTH, claude: CLAUDE, greeting: GREETING}, schemas)
    const outline = {
      name: 'outline',
      usesModel: false,
      unavailable: async () => null,
      outline: async () => anOutline({acceptance: acceptanceOfSpec}),
    }
    intake = new Intake({
      ...world,
      planning: new PlanDrafting({...world, planners: new Map([['outline', outline]])}),
      preflight: new Preflight({...world, projects: '/state/projects'}),
      admission: new ProjectCreation({...world, portBlocks: new PortBlocks(world.host), projects: '/state/projects'}),
      runner: {drive: (id: string) => void driven.push(id)} as unknown as ProjectRunner,
      layers: new ConfigLayers({configuration, read, userFolder: '/config', pluginSections: ['claude', 'greeting']}),
      trust: {has: async ({commonDir}) => trusted.includes(commonDir), add: async ({commonDir}) => void trusted.push(commonDir)},
      programs: new ProgramConsent(world),
      teams: new FakeCatalog(),
      templateSources: async () => [],
      quiet: async () => {},
      plans: new PlanFiles({...world, schemas, folder: '/state/plans'}),
      driverSections: ['claude'],
      pluginSections: ['claude', 'greeting'],
      split: splitCommand,
    })
  }

  const request = (changes: Partial<RunRequest> = {}): RunRequest => ({
    key: 'key-1',
    spec: '/repo/spec.md',
    project: null,
    name: null,
    roles: [],
    addRoles: [],
    size: 'auto',
    flags: {agent: 'rehearsal'},
    trustProject: false,
    needsAgent: true,
    env: {PATH: '/bin', SECRET: 'x'},
    planFile: null,
    ...changes,
  })
  const plan = (changes: Partial<RunRequest> = {}) => intake.plan(request(changes), () => {})
  const start = (
    changes: Partial<RunRequest> = {},
    approval: Partial<Parameters<Intake['start']>[1]> = {},
    file = '/plan.json',
    by: Actor = BY_PERSON,
  ) => intake.start({...request(changes), planFile: file}, {...APPROVED, ...approval}, by)
  const putPlan = (changes: Partial<Plan> = {}) => world.files.put('/plan.json', JSON.stringify(aPlan(changes)))

  describe('plan', () => {
    it('makes a plan, saves it, and starts nothing', async () => {
      open()
      const planned = await plan()
      expect(planned).to.deep.include({agent: 'rehearsal', merge: 'integration', trusted: false, needTrust: []})
      expect(planned.repository).to.deep.equal({root: '/repo', branch: 'main', unborn: false})
      expect(JSON.parse(world.files.text(planned.planFile))).to.deep.equal(planned.plan)
      expect(planned.planFile).to.match(/^\/state\/plans\/[0-9a-f]+\.json$/)
      expect(world.store.projects()).to.deep.equal([])
      expect(driven).to.deep.equal([])
    })

    it('takes the repository of the current folder for a specification that lies in none, and says so', async () => {
      open({repository: {root: '/repo'}})
      world.files.put('/elsewhere/spec.md', '# Demo\n')
      const looked: string[] = []
      world.workspace.inspectRepository = async (path: string) => {
        looked.push(path)
        if (path !== '/repo/src') throw new OrchError('ORCH_NOT_A_REPOSITORY', {path})
        return world.workspace.repository
      }
      const planned = await plan({spec: '/elsewhere/spec.md', cwd: '/repo/src'})
      expect(planned.repository.root).to.equal('/repo')
      expect(planned.warnings.join()).to.include('/repo').and.include('current folder')
      expect(looked).to.deep.equal(['/elsewhere', '/repo/src'])
      for (const where of [{}, {cwd: '/nowhere'}, {cwd: '/repo/src', project: '/elsewhere'}]) {
        const refused = await refusal('ORCH_NOT_A_REPOSITORY', plan({spec: '/elsewhere/spec.md', ...where}))
        expect(refused.message, 'the folder that counts first').to.include('/elsewhere')
      }
    })

    it('takes a plan that is given, and makes no other', async () => {
      open()
      putPlan({planner: 'a person'})
      const planned = await plan({planFile: '/plan.json'})
      expect(planned).to.deep.include({planFile: '/plan.json', plan: aPlan({planner: 'a person'})})
      expect(world.files.written).to.deep.equal([])
    })

    it('refuses a command that needs a shell, before anybody approves it', async () => {
      open({acceptanceOfSpec: ['npm test && npm publish']})
      await refusal('ORCH_USAGE', plan())
    })

    it('refuses such a command of a flag before a planner is asked', async () => {
      open()
      const told: string[] = []
      const flags = {agent: 'rehearsal', acceptance: ['npm test; npm publish']}
      await refusal(
        'ORCH_USAGE',
        intake.plan(request({flags}), (line) => told.push(line)),
      )
      expect(told).to.deep.equal([])
    })

    it('lists the commands that --yes alone would leave out', async () => {
      open({project: {setup: ['./setup.sh']}, acceptanceOfSpec: ['make check']})
      expect((await plan()).needTrust).to.deep.equal([
        {command: 'make check', origin: 'spec'},
        {command: './setup.sh', origin: 'project-config'},
      ])
      expect((await plan({trustProject: true})).needTrust).to.deep.equal([])
    })

    it('knows a repository that was trusted before', async () => {
      open()
      trusted.push('/repo/.git')
      expect((await plan()).trusted).to.equal(true)
    })

    it("names the programs of the repository's git configuration, and permits them only with trust", async () => {
      const programs = [{key: 'filter.e.clean', value: 'x'}]
      open({repository: {programs}})
      expect((await plan()).programs).to.deep.equal(programs)
      expect(world.workspace.permitted.size).to.equal(0)
      await plan({trustProject: true})
      expect(world.workspace.permitted.get('/repo/.git')).to.deep.equal(programs)
      await plan()
      expect(world.workspace.permitted.size).to.equal(0)
    })

    it('can be looked at where no agent is, but not started', async () => {
      open()
      claude().detection = {installed: false, version: null, loggedIn: null, problem: 'not there'}
      expect((await plan({flags: {}, needsAgent: false})).agent).to.equal(null)
      await refusal('ORCH_NO_AGENT', plan({flags: {}}))
    })

    it('says what is wrong with the specification before anything else', async () => {
      open({user: {nonsense: 1}})
      await refusal('ORCH_SPEC_UNREADABLE', plan({spec: '/repo/none.md'}))
      await refusal('ORCH_CONFIG', plan())
    })
  })

  describe('start', () => {
    it('keeps the sections of plugins as they are now; a repository sets them only when it is trusted', async () => {
      open({user: {greeting: {word: 'mine'}}, project: {greeting: {word: 'theirs'}}})
      putPlan()
      expect((await start()).project.options.sections).to.deep.equal({greeting: {word: 'mine'}})
      const trustedRun = await start({key: 'key-2', trustProject: true}, {fresh: true})
      expect(trustedRun.project.options.sections).to.deep.equal({greeting: {word: 'theirs'}})
    })

    beforeEach(() => {
      open()
      putPlan()
    })

    it('makes one project of two calls that began at the same moment, unless another is wanted', async () => {
      const [one, two] = await Promise.all([start({key: 'one'}), start({key: 'two'})])
      expect(two.project.id).to.equal(one.project.id)
      expect(two.warnings.join()).to.include(`this follows ${one.project.id}`)
      const three = await start({key: 'three'}, {fresh: true})
      expect(three.project.id).not.to.equal(one.project.id)
      for (const {project} of [one, three]) await world.store.update(project.id, (now) => ({...now, state: 'completed'}))
      const four = await start({key: 'four'})
      expect([one.project.id, three.project.id]).not.to.include(four.project.id)
    })

    it('makes another of a specification that was edited meanwhile', async () => {
      const {project} = await start({key: 'one'})
      world.files.put('/repo/spec.md', '# Another\n')
      expect((await start({key: 'two'})).project.id).not.to.equal(project.id)
    })

    describe('of a plan that names its text', () => {
      const drawnUp = async () => (await intake.plan(request(), () => {})).planFile

      it('starts when the text is as it was', async () => {
        expect((await start({}, {}, await drawnUp())).project.state).to.equal('queued')
      })

      for (const step of ['plan', 'check', 'start'] as const) {
        it(`is refused at ${step} when the text was edited since, with how to plan again`, async () => {
          const planFile = await drawnUp()
          world.files.put('/repo/spec.md', '# Demo, and more\n')
          const run = {...request(), planFile}
          const work = step === 'plan' ? plan({planFile}) : step === 'check' ? intake.check(run, APPROVED) : start({}, {}, planFile)
          const {message, remedy} = await refusal('ORCH_CLASH', work)
          expect(message).to.include(planFile).and.include('edited')
          expect(remedy).to.include('orch plan')
          expect(world.store.projects()).to.deep.equal([])
        })
      }

      it('is refused for another specification', async () => {
        const planFile = await drawnUp()
        world.files.put('/repo/other.md', '# Other\n')
        expect((await refusal('ORCH_CLASH', plan({planFile, spec: '/repo/other.md'}))).message).to.include('another text')
      })

      it('takes a copy of the text under another name', async () => {
        const planFile = await drawnUp()
        world.files.put('/repo/copy.md', '# Demo\n')
        expect((await start({spec: '/repo/copy.md'}, {}, planFile)).project.spec.path).to.equal('/repo/copy.md')
      })

      it('is refused when the plan is not the one that was approved', async () => {
        const {planFile, planDigest, plan: shown} = await intake.plan(request(), () => {})
        const acceptance: PlannedCommand[] = [{command: 'curl evil', origin: 'flag'}]
        world.files.put(planFile, JSON.stringify({...shown, acceptance}))
        const run = {...request(), planFile, planDigest}
        expect((await refusal('ORCH_CLASH', intake.start(run, APPROVED, BY_PERSON))).message).to.include('after it was approved')
      })
    })

    it('admits the project with its files, and has it driven', async () => {
      const {project, warnings} = await start({name: 'My App'})
      expect(warnings).to.deep.equal([])
      expect(project).to.include({state: 'queued', name: 'My App', base: 'base', parentBranch: 'main', key: 'key-1'})
      expect(project.slug).to.match(/^my-app-/)
      expect(world.files.text(`${project.directory}/spec.md`)).to.equal('# Demo\n')
      expect(JSON.parse(world.files.text(`${project.directory}/plan.json`))).to.deep.equal(aPlan())
      expect(JSON.parse(world.files.text(`${project.directory}/env.json`))).to.deep.equal({PATH: '/bin'})
      expect(driven).to.deep.equal([project.id])
    })

    it('makes an agent of each role, planned, on a branch and in a place of its own', async () => {
      putPlan({team: {...aPlan().team, roles: [aRole({agent: {rehearsal: {speed: 2}}}), aRole({key: 'tester'})]}})
      const {project} = await start()
      expect(project.agents.map(({role, state, kind}) => [role, state, kind])).to.deep.equal([
        ['developer', 'planned', 'rehearsal'],
        ['tester', 'planned', 'rehearsal'],
      ])
      const [developer, tester] = project.agents
      expect(developer).to.deep.include({
        options: {speed: 2},
        branch: `orch/${project.slug}/developer`,
        worktree: `${project.directory}/worktrees/developer`,
      })
      expect(developer!.conversation).not.to.equal(tester!.conversation)
      expect(tester!.portBlock.from).to.be.greaterThan(developer!.portBlock.to)
      expect(project.checkIns.map(({agent}) => agent)).to.deep.equal([developer!.id, tester!.id])
    })

    it('asked twice with one key is one project', async () => {
      const first = await start()
      const second = await start()
      expect(second.project.id).to.equal(first.project.id)
      expect(world.store.projects()).to.have.length(1)
      const [third, fourth] = await Promise.all([start({key: 'k'}, {fresh: true}), start({key: 'k'}, {fresh: true})])
      expect(third.project.id).not.to.equal(first.project.id)
      expect(third.project.id).to.equal(fourth.project.id)
    })

    it('gives two projects that start at once ports of their own', async () => {
      const [one, two] = await Promise.all([start({key: 'one'}), start({key: 'two'}, {fresh: true})])
      expect(one.project.agents[0]!.portBlock.from).not.to.equal(two.project.agents[0]!.portBlock.from)
    })

    it('runs only what was agreed to, and says what was left out', async () => {
      const commands = (['flag', 'spec'] as const).map((origin): PlannedCommand => ({command: `from ${origin}`, origin}))
      putPlan({acceptance: commands, setup: commands})
      const byFlag = await start({key: 'a', flags: {agent: 'rehearsal', acceptance: ['from flag']}}, {by: 'flag'})
      expect(byFlag.project.options.acceptance).to.deep.equal([{command: 'from flag', origin: 'flag'}])
      expect(byFlag.warnings.join()).to.include('from spec')
      expect(byFlag.project.options.leftOut!.map(({command, use}) => [command, use])).to.deep.equal([
        ['from spec', 'acceptance'],
        ['from spec', 'setup'],
      ])
      const byPerson = await start({key: 'b', flags: {agent: 'rehearsal', acceptance: ['from flag']}}, {by: 'person', fresh: true})
      expect(byPerson.project.options.acceptance.map(({command}) => command)).to.deep.equal(commands.map(({command}) => command))
    })

    it('prepares and remembers a repository only when it is trusted', async () => {
      await start({key: 'a'})
      expect(rehearsal().prepared).to.deep.equal([])
      await start({key: 'b', trustProject: true})
      expect(rehearsal().prepared).to.deep.equal(['/repo'])
      expect(trusted).to.deep.equal(['/repo/.git'])
    })

    it('starts nothing that preflight refuses, and keeps nothing of it', async () => {
      await refusal('ORCH_REFUSED', start({flags: {agent: 'claude'}}))
      expect(world.store.projects()).to.deep.equal([])
      expect(world.files.written).to.deep.equal([])
      expect(driven).to.deep.equal([])
    })

    it('does not drive what could not be recorded', async () => {
      world.store.setFull(true)
      await refusal('ORCH_STORE_WRITE', start())
      expect(driven).to.deep.equal([])
    })

    it('makes the first commit of an unborn repository when it may', async () => {
      open({repository: {head: {kind: 'unborn', name: 'main'}}})
      putPlan()
      await refusal('ORCH_REPOSITORY', start())
      expect((await start({}, {initCommit: true})).project.base).to.equal('first')
    })

    it('has no parent branch on a detached HEAD', async () => {
      open({repository: {head: {kind: 'detached', sha: 'abc'}}})
      putPlan()
      expect((await start()).project).to.include({parentBranch: null, base: 'abc'})
    })
  })

  describe('the OAuth ports of a team', () => {
    const team = {...aPlan().team, roles: ['a', 'b', 'c'].map((key) => aRole({key}))}
    const ports = async (oauth: object, env: Record<string, string> = {}) => {
      open({user: {oauth}})
      putPlan({team})
      return (await start({env})).project.agents.map(({oauthPort}) => oauthPort)
    }

    it('are one for all without a pool', async () => expect(await ports({})).to.deep.equal([3000, 3000, 3000]))
    it('are the pool’s in turn', async () => expect(await ports({ports: [3001, 3002]})).to.deep.equal([3001, 3002, 3001]))
    it('are the person’s own variable above all', async () =>
      expect(await ports({ports: [3001, 3002]}, {CLAUDE_OAUTH_PORT: '4000'})).to.deep.equal([4000, 4000, 4000]))
    for (const value of ['', 'many', '0', '-1', '70000', '3000.5']) {
      it(`are not ${JSON.stringify(value)}`, async () =>
        expect(await ports({port: 3005}, {CLAUDE_OAUTH_PORT: value})).to.deep.equal([3005, 3005, 3005]))
    }
  })
})
