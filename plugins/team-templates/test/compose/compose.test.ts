import {expect} from 'chai'
import {hasCode, type CompositionRequest, type Outline, type TeamCatalog} from '@orch/plugin-kit'
import {BUILT_IN, Folders, load, outline, problemsOf} from '../support/sources.js'

/** Enough code for a large project. */
const manyFiles = () => Object.fromEntries(Array.from({length: 130}, (_, n) => [`src/m${n}.py`, '']))
const LARGE: Outline['size'] = {size: 'large', estimatedLines: 9000, complexity: 'high'}

describe('composing a team', () => {
  const folders = new Folders()
  let catalog: TeamCatalog
  let empty: string
  before(async () => {
    catalog = await load(BUILT_IN)
  })
  beforeEach(async () => {
    empty = await folders.make({})
  })
  afterEach(() => folders.remove())

  const compose = (request: Partial<CompositionRequest> = {}) =>
    catalog.compose({
      repository: empty,
      outline: outline(['Implement the parser', 'Write tests for it']),
      template: 'auto',
      roles: [],
      addRoles: [],
      maxAgents: null,
      subscription: null,
      size: 'auto',
      ...request,
    })
  const keysOf = async (request: Partial<CompositionRequest> = {}) => (await compose(request)).roles.map(({key}) => key)

  it('gives a small job one developer beside the orchestrator, and says how to have more', async () => {
    const team = await compose()
    expect(team).to.include({template: 'code-project', cap: 5, sizing: 'small: one developer; --size medium for more'})
    expect(team.roles.map(({key}) => key)).to.deep.equal(['orchestrator', 'developer'])
    expect(team.roles[1]!.tasks).to.deep.equal(['t1', 't2'])
    expect(team.cut).to.deep.equal([])
    expect(team.why.join('\n')).to.contain('the specification has 2 tasks')
  })

  it('gives a small job one developer in a large repository too', async () => {
    const repository = await folders.make({...manyFiles(), 'tests/test_a.py': '', 'setup.py': ''})
    expect(await keysOf({repository})).to.deep.equal(['orchestrator', 'developer'])
    expect(await keysOf({repository, size: 'large', subscription: 'max20'})).to.include.members(['project-manager', 'tester'])
  })

  it('counts open tasks alone, and takes nothing hard for small', async () => {
    const titles = Array.from({length: 12}, (_, n) => `Implement part ${n}`)
    const ticked = outline(titles)
    const phases = ticked.phases.map((phase) => ({...phase, tasks: phase.tasks.map((task, n) => ({...task, done: n > 2}))}))
    const repository = await folders.make({...manyFiles(), 'setup.py': ''})
    expect(await keysOf({repository, outline: {...ticked, phases}})).to.have.length(2)
    expect(await keysOf({repository, outline: ticked})).to.have.length.above(4)
    const hard = outline(['Implement it'], {size: {size: 'small', estimatedLines: 100, complexity: 'high'}})
    expect(await keysOf({repository, outline: hard})).to.have.length.above(4)
  })

  it('gives a small job without code to the role whose work it is', async () => {
    const docs = await compose({template: 'documentation', outline: outline(['Write the user guide', 'Write the README'])})
    expect(docs.roles.map(({key}) => key)).to.deep.equal(['orchestrator', 'documentation-writer'])
    expect(docs.sizing).to.equal('small: one documentation-writer; --size medium for more')
    const servers = await keysOf({template: 'system-deployment', outline: outline(['Set up the firewall and TLS certificates'])})
    expect(servers).to.deep.equal(['orchestrator', 'securityops'])
  })

  it('gives medium five and large up to eight, with optional roles that have tasks', async () => {
    expect(await keysOf({size: 'medium'})).to.deep.equal(['orchestrator', 'project-manager', 'developer', 'tester', 'testrunner'])
    const large = await keysOf({
      outline: outline(['Implement it', 'Deploy it with Docker', 'Document the API in the README'], {size: LARGE}),
      subscription: 'max20',
    })
    expect(large).to.include.members(['devops', 'documentation-writer'])
    expect(large).to.have.length(7)
  })

  it('takes two optional roles unasked when it is sure', async () => {
    const team = await keysOf({template: 'code_project', size: 'large', subscription: 'max20'})
    expect(team).to.deep.equal(['orchestrator', 'project-manager', 'developer', 'tester', 'testrunner', 'devops', 'researcher'])
  })

  it('is as large as the repository or the specification says, whichever is more', async () => {
    const repository = await folders.make({...manyFiles(), 'tests/test_a.py': '', 'setup.py': ''})
    const six = outline(Array.from({length: 6}, (_, n) => `Implement part ${n}`))
    expect((await compose({repository, outline: six})).why.join('\n')).to.match(
      /size large: the specification is small, the repository scores 1[2-9]/,
    )
    expect((await compose({outline: outline(['Implement it'], {size: LARGE})})).why.join('\n')).to.contain('size large')
  })

  it('keeps to the cap of the subscription and says who was cut, in order', async () => {
    const caps = await Promise.all(
      (['pro', 'max5', 'max20', 'console', null] as const).map(async (subscription) => (await compose({subscription, size: 'medium'})).cap),
    )
    expect(caps).to.deep.equal([3, 5, 8, 10, 5])
    const pro = await compose({subscription: 'pro', size: 'medium'})
    expect(pro.roles.map(({key}) => key)).to.deep.equal(['orchestrator', 'developer', 'tester'])
    expect(pro.cut).to.deep.equal(['testrunner', 'project-manager'])
    const large = await compose({outline: outline(['Implement it'], {size: LARGE}), template: 'code-project'})
    expect(large.cut).to.deep.equal(['devops', 'researcher'])
  })

  it('trims system deployment by its own order', async () => {
    const team = await compose({template: 'system-deployment', size: 'large', maxAgents: 3})
    expect(team.roles.map(({key}) => key)).to.deep.equal(['orchestrator', 'sysadmin', 'devops'])
    expect(team.cut).to.deep.equal(
      ['monitoringops', 'networkops', 'project-manager', 'securityops'].filter((key) => team.cut.includes(key)),
    )
    expect(team.cut[team.cut.length - 1]).to.equal('securityops')
  })

  it('takes exactly the roles named, with the orchestrator, and does not trim them to the subscription', async () => {
    const team = await compose({roles: ['project_manager', 'sysadmin', 'devops', 'tester'], subscription: 'pro'})
    expect(team.roles.map(({key}) => key)).to.deep.equal(['orchestrator', 'project-manager', 'sysadmin', 'devops', 'tester'])
    expect(team.why.join('\n')).to.contain('they were asked for')
    const capped = await compose({roles: ['developer', 'tester', 'devops'], maxAgents: 2})
    expect(capped.roles.map(({key}) => key)).to.deep.equal(['orchestrator', 'developer'])
    expect(capped.cut).to.deep.equal(['devops', 'tester'])
  })

  it('refuses unknown roles and templates with what is known', async () => {
    for (const request of [{roles: ['poet']}, {addRoles: ['poet']}, {template: 'poetry'}]) {
      try {
        await compose(request)
        expect.fail('nothing was thrown')
      } catch (error) {
        expect(hasCode(error, 'ORCH_NOT_FOUND') && error.details.known).to.include(
          'roles' in request || 'addRoles' in request ? 'tester' : 'library',
        )
      }
    }
  })

  it('keeps added roles before all others', async () => {
    const team = await compose({addRoles: ['logtracker'], subscription: 'pro', size: 'medium'})
    expect(team.roles.map(({key}) => key)).to.deep.equal(['orchestrator', 'developer', 'logtracker'])
    expect(team.cut).to.include('tester')
  })

  it('brings developer and tester where code is written, and leaves them out where the template says so', async () => {
    expect(await keysOf({template: 'data-pipeline', outline: outline(['Implement the loader']), size: 'medium'})).to.include.members([
      'developer',
      'tester',
    ])
    expect(await keysOf({template: 'documentation', outline: outline(['Implement nothing'])})).not.to.include('developer')
    const infrastructure = await keysOf({template: 'system-deployment', outline: outline(['Build the server', 'Create a class of users'])})
    expect(infrastructure).not.to.include('developer')
  })

  it('reads the specification where the repository says nothing', async () => {
    const team = await compose({outline: outline(['Describe the VPC in Terraform'], {technologies: ['Terraform']})})
    expect(team.template).to.equal('infrastructure-as-code')
    expect(team.confidence).to.be.greaterThan(0.5)
  })

  it('gives every task to exactly one role', async () => {
    const titles = [
      'Implement the login',
      'Write tests for the login',
      'Write the README',
      'Deploy with Docker',
      'Think about it',
      '写代码',
      '```',
    ]
    for (const roles of [
      [],
      ['developer'],
      ['tester', 'devops'],
      ['code-reviewer'],
      ['project-manager'],
      ['documentation-writer', 'developer', 'tester', 'devops'],
    ]) {
      const team = await compose({outline: outline(titles), roles})
      const given = team.roles.flatMap(({tasks}) => tasks)
      expect(given.sort(), roles.join(',')).to.deep.equal(titles.map((_, index) => `t${index + 1}`))
    }
  })

  it('gives tasks by their words', async () => {
    const team = await compose({
      outline: outline([
        'Implement the login endpoint',
        'Write tests for the login',
        'Write the README',
        'Deploy with Docker',
        'Think about it',
      ]),
      roles: ['documentation-writer', 'developer', 'tester', 'devops'],
    })
    const tasks = Object.fromEntries(team.roles.map((role) => [role.key, role.tasks]))
    expect(tasks).to.deep.equal({orchestrator: [], 'documentation-writer': ['t3'], developer: ['t1', 't5'], tester: ['t2'], devops: ['t4']})
  })

  it('orders merges within the team, passing over roles that are not in it', async () => {
    const team = await compose({roles: ['developer', 'tester', 'documentation-writer', 'securityops']})
    const after = Object.fromEntries(team.roles.map((role) => [role.key, role.after]))
    // securityops comes after devops, which is missing and comes after developer.
    expect(after).to.deep.equal({
      orchestrator: [],
      developer: [],
      tester: ['developer'],
      'documentation-writer': ['developer'],
      securityops: ['developer'],
    })
  })

  it('turns the vocabulary of authorizations and dependencies into duties', async () => {
    const team = await compose({roles: ['project-manager', 'developer', 'tester']})
    const duties = (key: string) => team.roles.find((role) => role.key === key)!.responsibilities.join('\n')
    expect(duties('project-manager')).to.contain('Decide requests to deploy to production within 30 minutes.')
    expect(duties('developer')).to.contain('Ask project-manager before you deploy to production; the answer is due within 30 minutes: ')
    expect(duties('developer')).to.contain('orch ask --for "deploy to production"')
    expect(team.authorizations).to.deep.include({action: 'deploy to production', approver: 'project-manager', timeoutMinutes: 30})
    // Nobody of the team knows databases: the project manager decides.
    expect(team.authorizations!.find(({action}) => action.includes('schema'))!.approver).to.equal('project-manager')
    expect(duties('tester')).to.contain('You need from developer: finished code.')
    expect(duties('developer')).not.to.contain('devops')
  })

  it('lets the orchestrator do the work where nobody else owes anything', async () => {
    const team = await compose({maxAgents: 1})
    expect(team.roles).to.have.length(1)
    expect(team.roles[0]).to.deep.include({key: 'orchestrator', owes: 'commits', tasks: ['t1', 't2']})
  })

  it('is the same every time', async () => {
    const request = {
      template: 'auto',
      outline: outline(['Implement it', 'Deploy it', 'Review the code'], {size: LARGE}),
      subscription: 'console',
    } as const
    expect(await compose(request)).to.deep.equal(await compose(request))
  })

  describe('for exactly the roles named', () => {
    const warnings = async (titles: string[], roles: string[]) => (await compose({outline: outline(titles), roles})).warnings

    it('warns of tasks that are work for a role that is not among them', async () => {
      expect(await warnings(['Implement the parser', 'Refactor the code', 'Compare three libraries'], ['researcher'])).to.deep.equal([
        'researcher gets "Implement the parser" and 1 more, which is work for developer: --add-roles developer puts one into the team.',
      ])
      expect(await warnings(['Implement the parser'], ['project-manager'])).to.deep.equal([
        'orchestrator gets "Implement the parser", which is work for developer: --add-roles developer puts one into the team.',
      ])
    })

    it('warns of none that a role of the team can do, or that names no role', async () => {
      expect(await warnings(['Implement the parser', 'Document it'], ['developer'])).to.equal(undefined)
      expect(await warnings(['Implement the parser'], ['researcher', 'developer'])).to.equal(undefined)
      expect(await warnings(['Think about it'], ['researcher'])).to.equal(undefined)
    })
  })
})

describe('grants of a team', () => {
  const folders = new Folders()
  afterEach(() => folders.remove())

  const rolesOf = async (text: string) => {
    const mine = {
      name: 'mine',
      path: await folders.make({'teams/mine.yaml': `kind: team\ntitle: Mine\nextends: base\nroles: [developer]\n${text}`}),
    }
    const catalog = await load(BUILT_IN, mine)
    const {roles} = await catalog.compose({
      ...{repository: await folders.make({}), outline: outline(['Do it']), template: 'mine', roles: [], addRoles: []},
      ...{maxAgents: null, subscription: null, size: 'auto' as const},
    })
    return new Map(roles.map((role) => [role.key, role]))
  }

  it('are in the plan, and nothing is granted without a word', async () => {
    const roles = await rolesOf('overrides:\n  developer: {grants: [stop-agents]}\n')
    expect(roles.get('developer')).to.deep.include({grants: ['stop-agents']})
    expect(roles.get('developer')).not.to.have.property('childProjects')
    expect(roles.get('orchestrator')).not.to.have.property('grants')
  })

  it('to start projects come with a number and a share of the budget', async () => {
    const half = await rolesOf('overrides:\n  developer: {grants: [start-projects]}\n')
    expect(half.get('developer')!.childProjects).to.deep.equal({most: 1, budgetPercent: 50})
    const more = await rolesOf('overrides:\n  developer: {grants: [start-projects], childProjects: {most: 3}}\n')
    expect(more.get('developer')!.childProjects).to.deep.equal({most: 3, budgetPercent: 50})
  })

  it('that nobody knows are refused with the line', async () => {
    const path = await folders.make({'teams/bad.yaml': 'kind: team\ntitle: Bad\noverrides:\n  developer:\n    grants: [stop-agent]\n'})
    const [problem] = await problemsOf(BUILT_IN, {name: 'mine', path})
    expect(problem).to.include('teams/bad.yaml:5').and.include('stop-agents')
  })
})
