import {expect} from 'chai'
import {BUILT_IN, Folders, load, problemsOf} from '../support/sources.js'

describe('loading team templates', () => {
  const folders = new Folders()
  afterEach(() => folders.remove())

  const source = async (files: Record<string, string>) => ({name: 'mine', path: await folders.make(files)})
  const problemsIn = async (files: Record<string, string>) => {
    const mine = await source(files)
    return (await problemsOf(BUILT_IN, mine)).map((problem) => problem.replace(`${mine.path}/`, ''))
  }

  it('names every problem of every file at once, each with its line', async () => {
    expect(
      await problemsIn({
        'teams/a.yaml': 'kind: team\ntitle: A\nrolse: [developer]\n',
        'teams/b.yaml': 'kind: team\ntitle: B\nroles:\n  - developer\n  - testr\n',
        'teams/c.yaml': 'kind: team\ntitle: C\ntitle: D\n',
        'teams/d.yaml': 'kind: team\ntitle: D\nroles:\n\t- developer\n',
      }),
    ).to.deep.equal([
      'teams/a.yaml:3: rolse: unknown key "rolse" (did you mean "roles"?)',
      'teams/c.yaml:3: Map keys must be unique',
      'teams/d.yaml:4: Tabs are not allowed as indentation',
    ])
  })

  it('checks references where every file can be read', async () => {
    expect(
      await problemsIn({
        'teams/b.yaml': 'kind: team\ntitle: B\nextends: bsae\nroles:\n  - developer\n  - testr\npriority: [nobody-at-all]\n',
        'teams/c.yaml':
          'kind: team\ntitle: C\noverrides:\n  tester:\n    after: [develper]\n    briefing: tseter\nauthorizations:\n  - {action: x, approver: boss, timeoutMinutes: 5}\n  - {action: y, approver: person, timeoutMinutes: 5, default: deny}\n',
        'teams/d.yaml': 'kind: team\ntitle: D\nrole: []\n',
      }),
    ).to.deep.equal([
      'teams/b.yaml:3: extends an unknown template "bsae" (did you mean "base"?)',
      'teams/b.yaml:6: unknown role "testr" (did you mean "tester"?)',
      'teams/b.yaml:7: unknown role "nobody-at-all"',
      'teams/c.yaml:5: unknown role "develper" (did you mean "developer"?)',
      'teams/c.yaml:6: unknown briefing "tseter" (did you mean "tester"?)',
      'teams/c.yaml:8: unknown role "boss"',
      'teams/d.yaml:3: role: unknown key "role" (did you mean "roles"?)',
    ])
  })

  it('finds circles in extends and in after', async () => {
    expect(
      await problemsIn({
        'teams/x.yaml': 'kind: team\ntitle: X\nextends: y\n',
        'teams/y.yaml': 'kind: team\nextends: x\ntitle: Y\n',
        'teams/roles.yaml': 'kind: roles\nroles:\n  developer: {after: [tester]}\n',
      }),
    ).to.deep.equal([
      'teams/roles.yaml:3: after goes round in a circle: developer → tester → developer',
      'teams/x.yaml:3: extends goes round in a circle: x → y → x',
    ])
  })

  it('finds a circle that only the overrides of a template make', async () => {
    expect(await problemsIn({'teams/x.yaml': 'kind: team\ntitle: X\noverrides:\n  developer:\n    after: [tester]\n'})).to.deep.equal([
      'teams/x.yaml:5: after goes round in a circle: developer → tester → developer',
    ])
  })

  it('refuses a new role that says too little, names that are none, and a clash with orch’s own names', async () => {
    expect(
      await problemsIn({
        'teams/roles.yaml':
          'kind: roles\nroles:\n  poet: {title: Poet}\n  integration: {title: I, purpose: P, owes: nothing}\n  "a/b": {title: I, purpose: P, owes: nothing}\n',
      }),
    ).to.deep.equal([
      'teams/roles.yaml:3: the role poet needs owes',
      'teams/roles.yaml:3: the role poet needs purpose',
      'teams/roles.yaml:4: "integration" is a name of orch\'s own',
      'teams/roles.yaml:5: "a/b" is not a valid name: lower-case letters, digits and single hyphens, a letter first',
    ])
  })

  it('reports wrong values, a wrong kind, empty files and endless aliases', async () => {
    const problems = await problemsIn({
      'teams/a.yaml': 'kind: roles\nroles:\n  tester:\n    owes: money\n    checkInMinutes: 0\n',
      'teams/b.yaml': '',
      'teams/c.yaml': 'kind: teem\n',
      'teams/d.yaml': `kind: team\nx: &a [1]\n${Array.from(
        {length: 12},
        (_, n) =>
          `x${n}: &b${n} [${Array(9)
            .fill(n === 0 ? '*a' : `*b${n - 1}`)
            .join(', ')}]`,
      ).join('\n')}\n`,
    })
    expect(problems[0]).to.equal('teams/a.yaml:4: roles.tester.owes: must be one of commits, report, nothing')
    expect(problems[1]).to.match(/^teams\/a\.yaml:5: roles\.tester\.checkInMinutes: must be >= 1/)
    expect(problems[2]).to.equal('teams/b.yaml:1: kind must be roles or team')
    expect(problems[3]).to.equal('teams/c.yaml:1: kind must be roles or team')
    expect(problems[4]).to.match(/^teams\/d\.yaml:1: .*alias/i)
  })

  it('reports a briefing that names a missing partial, and a source without any template', async () => {
    const mine = await source({'briefings/poet.md': 'x\n{{> projcet}}\n'})
    const empty = await folders.make({})
    const problems = await problemsOf(BUILT_IN, mine, {name: 'empty', path: empty})
    expect(problems).to.have.members([
      `${mine.path}/briefings/poet.md:2: unknown partial "projcet" (did you mean "project"?)`,
      `${empty}:1: has neither a teams nor a briefings folder`,
    ])
  })

  it('lets a later source override templates, single fields of roles and briefings by name', async () => {
    const mine = await source({
      'teams/mine.yaml': 'kind: team\nname: code_project\ntitle: Ours\nextends: base\nroles: [developer, poet]\n',
      'teams/roles.yaml':
        'kind: roles\nroles:\n  project_manager: {checkInMinutes: 7}\n  poet: {title: Poet, purpose: Writes verse., owes: commits, agent: {claude: {permissionMode: plan}}}\n',
      'briefings/poet.md': '{{> project}}',
    })
    const catalog = await load(BUILT_IN, mine)
    const summary = catalog.list().find(({name}) => name === 'code-project')!
    expect(summary).to.include({title: 'Ours', source: 'mine', file: `${mine.path}/teams/mine.yaml`})
    expect(summary.roles).to.deep.equal(['orchestrator', 'project-manager', 'developer', 'poet'])
    expect(catalog.role('project_manager')).to.include({checkInMinutes: 7, title: 'Project Manager', briefing: 'project-manager'})
    expect(catalog.role('poet')).to.deep.include({briefing: 'poet', checkInMinutes: 30, agent: {claude: {permissionMode: 'plan'}}})
  })

  it('refuses a template twice in one source', async () => {
    const text = 'kind: team\nname: same\ntitle: Same\n'
    const [problem] = await problemsIn({'teams/a.yaml': text, 'teams/b.yaml': text})
    expect(problem).to.match(/^teams\/b\.yaml:2: the template same is in .*a\.yaml too$/)
  })
})
