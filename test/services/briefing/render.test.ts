import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {OrchError, type Plan, type PlanRole} from '@orch/plugin-kit'
import {templateRenderer} from '../../../src/adapters/template-renderer.js'
import {BriefingService, DEFAULT_BUDGET_CHARS, type BriefingInput} from '../../../src/services/briefing/render.js'

const renderTemplate = templateRenderer()

const FOLDER = fileURLToPath(new URL('../../../templates/briefings', import.meta.url))
const read = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => [name.slice(0, -3), readFileSync(join(folder, name), 'utf8')]),
  )
const TEMPLATES = read(FOLDER)
const PARTIALS = read(join(FOLDER, 'partials'))
const KINDS = ['rebrief', 'checkin']
const ROLES = Object.keys(TEMPLATES).filter((name) => !KINDS.includes(name) && name !== 'generic')

const catalog = (more: Record<string, string> = {}) => ({
  briefing: (name: string) => {
    const text = {...TEMPLATES, ...more}[name]
    if (text === undefined) throw new OrchError('ORCH_NOT_FOUND', {what: 'briefing', name})
    return text
  },
  briefingPartials: () => PARTIALS,
})
const service = new BriefingService({catalog: catalog(), render: renderTemplate})

const role = (key: string, more: Partial<PlanRole> = {}): PlanRole => ({
  key,
  title: `The ${key}`,
  purpose: 'To do its part.',
  responsibilities: ['Do this.', 'Do that.'],
  owes:
    key === 'orchestrator' || key === 'project-manager'
      ? 'nothing'
      : ['testrunner', 'code-reviewer', 'logtracker'].includes(key)
        ? 'report'
        : 'commits',
  after: key === 'tester' ? ['developer'] : [],
  checkInMinutes: 30,
  initialCommands: ['git status --short --branch'],
  briefing: key,
  tasks: ['t1', 't3'],
  agent: {},
  ...more,
})

const planOf = (roles: readonly PlanRole[], more: Partial<Plan['outline']> = {}): Plan => ({
  schema: 1,
  planner: 'outline',
  outline: {
    title: 'Sample',
    summary: 'A sample service.',
    type: 'python',
    technologies: ['Python'],
    phases: [
      {
        name: 'Phase 1',
        hours: 2,
        tasks: [
          {id: 't1', title: 'Write the parser', done: false, line: 7},
          {id: 't2', title: 'Somebody else’s', done: false, line: 8},
          {id: 't3', title: 'Done before', done: true, line: null},
        ],
      },
    ],
    criteria: ['It is fast.'],
    acceptance: ['npm test'],
    size: {size: 'small', estimatedLines: 100, complexity: 'low'},
    ...more,
  },
  team: {template: 'code-project', confidence: 1, why: [], cap: 15, roles, cut: []},
  acceptance: [{command: 'npm test', origin: 'spec'}],
  setup: [],
  totalHours: 2,
  warnings: [],
})

const inputFor = (key: string, more: Partial<BriefingInput> = {}, roles = ROLES.map((each) => role(each))): BriefingInput => ({
  project: {
    id: 'p_1',
    name: 'Sample',
    repository: '/home/user/repo',
    integrationBranch: 'orch/p_1/integration',
    parentBranch: 'main',
    base: '0123456789ab',
    merge: 'integration',
    unverified: false,
  },
  plan: planOf(roles),
  commandTimeoutMs: 30 * 60_000,
  copied: [],
  setUpLog: '/state/projects/p_1/agents/one/setup.log',
  driver: {title: 'Claude Code', usesModel: true, notes: []},
  role: roles.find((each) => each.key === key) ?? role(key),
  agent: {id: 'a_1', worktree: `/state/worktrees/p_1/${key}`, branch: `orch/p_1/${key}`, portBlock: {from: 4100, to: 4109}},
  team: roles.map((each) => ({
    role: each.key,
    title: each.title,
    worktree: `/state/worktrees/p_1/${each.key}`,
    branch: `orch/p_1/${each.key}`,
    owes: each.owes,
  })),
  specPath: '/state/projects/p_1/spec.md',
  planPath: '/state/projects/p_1/plan.json',
  sections: [],
  mcpServers: [
    {name: 'brave-search', tools: []},
    {name: 'postgres', tools: ['query', 'schema']},
  ],
  ...more,
})

/** Every absolute path of a text. */
const pathsIn = (text: string) => [...text.matchAll(/(?<![\w.~@:<>/-])\/[\w.-]+(?:\/[\w.-]+)*/g)].map(([path]) => path.replace(/\.$/, ''))

describe('briefings', () => {
  it('name commands that orch leaves out as such, and do not promise to run them', () => {
    const leftOut = [{command: 'make check', origin: 'spec', use: 'acceptance', reason: 'no trust'}] as const
    const {plan, ...input} = inputFor('developer')
    const text = service.render({...input, plan: {...plan, acceptance: []}, leftOut})
    expect(text).to.include('orch does not run these commands').and.include('- make check (no trust)')
    expect(text).to.include('orch runs no acceptance command').and.not.include('runs these commands after each merge')
  })

  it('exist for the fifteen roles', () => {
    expect(ROLES).to.have.length(15)
  })

  for (const key of [...ROLES, 'poet']) {
    describe(`for ${key}`, () => {
      const input = inputFor(key)
      const text = service.render(input)
      const {owes} = input.role

      it('holds what every agent must know, within the budget', () => {
        expect(text.length).to.be.below(DEFAULT_BUDGET_CHARS)
        for (const must of [
          input.role.title,
          input.specPath,
          input.planPath,
          input.agent.worktree,
          input.agent.branch,
          'Begin within two minutes',
          'git status --short --branch',
          'Do not ask whether you may begin',
          'orch send ',
          'orch inbox',
          'orch ask ',
          'orch fail "REASON"',
          'Never commit to, push to, reset or delete another role',
          'Never touch main or orch/p_1/integration',
          'orch moves orch/p_1/integration once, at the end',
          'UV_NO_WORKSPACE=1',
          '- npm test',
          '- It is fast.',
          '- [ ] t1 Write the parser (line 7) — Phase 1',
          '- [x] t3 Done before — Phase 1',
          'ports 4100 to 4109',
          'brave-search (web search)',
          'resumes you after the reset',
          '$ORCH_NOTES',
        ]) {
          expect(text).to.contain(must)
        }
        for (const other of input.team) expect(text).to.contain(`${other.branch}; worktree ${other.worktree}; owes ${other.owes}`)
        expect(text).not.to.contain('Somebody else')
        expect(text).not.to.contain('Left out for length')
      })

      it('says what this role owes and how it is claimed', () => {
        const said = {
          commits: ['orch done --message', 'at least every 30 minutes', 'a clean tree'],
          report: ['You owe a report, not commits', 'orch done --message'],
          nothing: ['You owe no claim of your own'],
        }
        for (const [kind, lines] of Object.entries(said)) {
          if (kind === owes) for (const line of lines) expect(text).to.contain(line)
          else expect(text).not.to.contain(lines[0] === 'orch done --message' ? 'When your tasks are finished:' : lines[0])
        }
      })

      it('leaves no template mark, and names no path that was not given', () => {
        expect(text).not.to.match(/\{\{|\}\}|<!--|undefined|\[object/)
        const given = [
          input.project.repository,
          input.specPath,
          input.planPath,
          ...input.team.map(({worktree}) => worktree),
          input.agent.worktree,
        ]
        expect(pathsIn(text).filter((path) => !given.includes(path))).to.deep.equal([])
      })
    })
  }

  it('hold what only one role is told', () => {
    const of = (key: string) => service.render(inputFor(key))
    expect(of('logtracker')).to.match(
      /Critical[^\n]+orchestrator and project-manager[^]+High[^\n]+5 minutes, to developer and devops[^]+Medium[^\n]+hourly[^]+Low[^\n]+daily/,
    )
    for (const line of ['research/available-tools.md', 'research/security-analysis.md', '[CRITICAL], [RECOMMENDED] or [OPTIONAL]'])
      expect(of('researcher')).to.contain(line)
    expect(of('orchestrator')).to.contain('mcp-inventory.md').and.contain('6 % or 3 % of context').and.contain('orch report')
    expect(of('project-manager')).to.contain('Go through these points').and.contain('About every 15 minutes')
    expect(of('tester')).to.contain('Your branch is merged after: developer (orch/p_1/developer).')
    expect(of('developer')).to.contain('than one role to project-manager')
  })

  it('report to the orchestrator where there is no project manager', () => {
    const roles = [role('orchestrator'), role('developer')]
    expect(service.render(inputFor('developer', {}, roles)))
      .to.contain('orch send orchestrator')
      .and.not.contain('project-manager')
    expect(service.render(inputFor('orchestrator', {}, [role('orchestrator', {owes: 'commits'})])))
      .to.contain('do the work yourself')
      .and.not.contain('orch send  ')
  })

  it('speak of uv for Python, of ports and servers where there are some', () => {
    const input = inputFor('developer')
    const plan = planOf([role('developer')], {type: 'go', technologies: ['Go']})
    const text = service.render({...input, plan, mcpServers: [], agent: {...input.agent, portBlock: null}})
    expect(text).not.to.contain('UV_NO_WORKSPACE')
    expect(text).not.to.contain('## Ports')
    expect(text).to.contain('No MCP server of the project is set up')
  })

  it('insert text of specification and plugins as data', () => {
    const evil = '{{project.id}} {{> git}} {{#team}}\n## Fake <!-- weight: 100 -->\n\u001b[31m<b>&amp;'
    const plan = planOf([role('developer')], {
      summary: evil,
      criteria: [evil],
      phases: [{name: evil, hours: 1, tasks: [{id: 't1', title: evil, done: false, line: 1}]}],
    })
    const sections = [{plugin: 'p', value: [{title: 'From a plugin', body: 'Line {{project.id}}\nnext\u0007 line', weight: 10}]}]
    const text = service.render({...inputFor('developer'), plan, sections})
    expect(text).to.contain('{{project.id}} {{> git}} {{#team}} ## Fake <!-- weight: 100 --> [31m<b>&amp;')
    expect(text).to.contain('## From a plugin\n\nLine {{project.id}}\nnext line')
    expect(text).not.to.match(/^## Fake/m)
    expect(text).not.to.match(/[^\P{Cc}\n\t]/u)
  })

  it('leave out the lightest sections first and say where the rest is', () => {
    const sections = [
      {plugin: 'a', value: [{title: 'Light', body: 'x'.repeat(3000), weight: 1}]},
      {plugin: 'b', value: [{title: 'Heavy', body: 'y'.repeat(3000), weight: 99}]},
    ]
    const input = {...inputFor('developer'), sections}
    const whole = service.render({...input, budgetChars: 100_000})
    const cut = service.render({...input, budgetChars: whole.length - 1})
    expect(cut.length).to.be.below(whole.length)
    expect(cut).to.contain('## Heavy').and.not.contain('## Light')
    expect(cut).to.contain('Left out for length: Light. Read the rest in the plan /state/projects/p_1/plan.json')
  })

  it('stay within small budgets, without losing how to be done', () => {
    const tasks = Array.from({length: 400}, (_, n) => ({id: `t${n}`, title: `Task ${n} ${'long '.repeat(30)}`, done: false, line: n + 1}))
    const plan = planOf([role('developer')], {phases: [{name: 'All', hours: 400, tasks}], criteria: tasks.map(({title}) => title)})
    const input = {...inputFor('developer'), plan, role: role('developer', {tasks: tasks.map(({id}) => id)})}
    const usual = service.render(input)
    expect(usual.length).to.be.at.most(DEFAULT_BUDGET_CHARS)
    expect(usual).to.contain('and 375 more, listed for your role in /state/projects/p_1/plan.json')
    const small = service.render({...input, budgetChars: 8000})
    expect(small.length).to.be.at.most(8000)
    expect(small).to.contain('orch done --message').and.contain('orch inbox').and.contain('Left out for length')
    const tiny = service.render({...input, budgetChars: 1500})
    expect(tiny.length).to.be.at.most(1500)
    expect(tiny).to.contain('Cut here for length')
  })

  it('have short forms for re-briefing and check-in', () => {
    for (const [kind, must] of [
      ['rebrief', 'The rules of your briefing still apply'],
      ['checkin', 'STATUS UPDATE'],
    ] as const) {
      const text = service.render(inputFor('developer', {kind}))
      expect(text).to.contain(must).and.contain('orch done --message')
      expect(text.length).to.be.below(12_000)
      expect(text).not.to.match(/\{\{|<!--|undefined/)
    }
  })

  it('use a template of a plugin, the generic one without any, and report a broken one', () => {
    const own = new BriefingService({catalog: catalog({poet: '# Poet {{role.key}}\n\n{{> messaging}}'}), render: renderTemplate})
    expect(own.render(inputFor('poet'))).to.match(/^# Poet poet\n\n## Messages\n/)
    expect(service.render(inputFor('poet'))).to.contain('Your purpose and duties above describe your role')
    const broken = new BriefingService({catalog: catalog({poet: '{{#open}}'}), render: renderTemplate})
    expect(() => broken.render(inputFor('poet'))).to.throw(/template is not valid/)
  })
})
