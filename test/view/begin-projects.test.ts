import {expect} from 'chai'
import {OrchError} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {PlannedRun, RunRequest} from '../../src/services/planning/run-request.js'
import type {BeginProgress, BeginRequest as BeginParams, BeginResult} from '../../src/services/control/begin-projects.js'
import {beginProjects, type BeginRequest} from '../../src/view/begin-projects.js'
import {planLines} from '../../src/view/plan-view.js'
import {aPlan} from '../support/builders.js'
import {refusal} from '../support/failure.js'

const request = (spec: string): RunRequest => ({
  ...{key: `key ${spec}`, spec, project: null, name: null, roles: [], addRoles: [], size: 'auto', flags: {}},
  ...{trustProject: false, needsAgent: true, env: {}, planFile: null},
})
const planned = (planFile: string, trusted = false): PlannedRun => ({
  ...{plan: aPlan(), planFile, planDigest: 'd', plannerUsd: 0.5, repository: {root: '/repo', branch: 'main', unborn: false}, agent: 'fake'},
  ...{usesModel: false},
  ...{merge: 'integration', unverified: false, trusted, needTrust: [], programs: [], warnings: []},
})

/** What one attempt of a call brings; an error ends it. */
type Item = BeginProgress | BeginResult | Error

const LOST = new OrchError('ORCH_SUPERVISOR', {why: 'socket hang up', log: '/log'})
const NO_AGENT = new OrchError('ORCH_NO_AGENT', {wanted: 'auto', found: []})
const plannedOf = (spec: string): Item => ({planned: {spec, run: planned(`/plans${spec}`)}})
const begunOf = (...specs: string[]): Item[] => [{starting: specs}, {projects: specs.map((spec) => `new ${spec}`)}]

describe('beginProjects', () => {
  let calls: BeginParams[]
  let told: string[]
  /** By attempt. */
  let answers: (readonly Item[])[]
  /** What comes of reading a plan again. */
  let reread: (() => PlannedRun)[]
  beforeEach(() => {
    calls = []
    told = []
    answers = []
    reread = []
  })

  const client = {
    stream: async function* (method: string, params: BeginParams) {
      if (method === 'project.plan') {
        yield {planned: reread.shift()!()}
        return
      }
      expect(method).to.equal('project.begin')
      calls.push(params)
      for (const item of answers[calls.length - 1]!) {
        if (item instanceof Error) throw item
        yield item
      }
    },
  } as unknown as SupervisorClient

  const begin = (specs: string[], changes: Partial<BeginRequest> = {}) =>
    beginProjects(client, {
      requests: specs.map(request),
      approved: 'flag',
      initCommit: false,
      stopOnExit: false,
      unfinished: 'follow',
      ask: null,
      edit: () => undefined,
      tell: (line) => void told.push(line),
      ...changes,
    })
  const approvals = () => calls.map(({approval}) => approval?.by ?? null)

  it('begins what is approved by a flag with one call, and shows the plan, the start and the warnings', async () => {
    answers = [
      [
        {progress: {spec: '/a', line: 'reading'}},
        plannedOf('/a'),
        {starting: ['/a']},
        {warned: {spec: '/a', warning: 'w'}},
        {projects: ['p_1']},
      ],
    ]
    expect(await begin(['/a'])).to.deep.equal({projects: ['p_1']})
    expect(calls).to.deep.equal([
      {requests: [request('/a')], unfinished: 'follow', approval: {by: 'flag', initCommit: false, stopOnExit: false}},
    ])
    expect(told.map((line) => line.split('\n')[0])).to.deep.equal([
      'reading',
      planLines(planned('/plans/a'))[0],
      'Starting the team: worktrees, then a window for each agent …',
      '! w',
    ])
  })

  it('shows every plan of several, and whose it is what goes on', async () => {
    answers = [[{progress: {spec: '/b', line: 'reading'}}, plannedOf('/b'), plannedOf('/a'), ...begunOf('/a', '/b')]]
    await begin(['/a', '/b'])
    expect(told[0]).to.equal('/b: reading')
    expect(told.slice(1, 3).map((line) => line.split('\n')[1])).to.deep.equal(['1 of 2: /a', '2 of 2: /b'])
    expect(told.at(-1)).to.match(/^Starting 2 teams/)
  })

  it('says of several which one a failure is about', async () => {
    answers = [[{failed: {spec: '/b'}}, {failed: {spec: '/a'}}, NO_AGENT]]
    expect((await refusal('ORCH_NO_AGENT', begin(['/a', '/b']))).message).to.match(/^\/b: /)
    calls = []
    answers = [[{failed: {spec: '/a'}}, new OrchError('ORCH_NO_AGENT', {wanted: 'auto', found: []})]]
    expect((await refusal('ORCH_NO_AGENT', begin(['/a']))).message).not.to.include('/a')
  })

  it('says what is only followed, and how to get another', async () => {
    answers = [[{follows: {spec: '/a', id: 'p_0', name: 'demo', state: 'running'}}, {projects: ['p_0']}]]
    await begin(['/a'], {approved: null})
    expect(told).to.have.length(1)
    expect(told[0]).to.include('/a is being worked on already: this follows p_0 (demo, running)').and.include('--fresh')
  })

  it('asks again when a supervisor dies over it: with the plans that were made, and saying nothing twice', async () => {
    const follows = {follows: {spec: '/c', id: 'p_0', name: 'demo', state: 'running'}} as const
    answers = [
      [follows, plannedOf('/a'), LOST],
      [follows, plannedOf('/b'), {starting: ['/a', '/b']}, LOST],
      [follows, ...begunOf('/a', '/b')],
    ]
    await begin(['/a', '/b', '/c'])
    expect(calls.map(({requests}) => requests.map(({planDigest}) => planDigest ?? null))).to.deep.equal([
      [null, null, null],
      ['d', null, null],
      ['d', 'd', null],
    ])
    expect(calls[2]!.requests[0]).to.include({planFile: '/plans/a', plannerUsd: 0.5, key: 'key /a'})
    expect(new Set(told).size).to.equal(told.length)
    expect(told.join('\n')).to.include('1 of 2: /a').and.include('2 of 2: /b')
  })

  describe('asks once for all', () => {
    beforeEach(() => {
      answers = [[plannedOf('/a'), plannedOf('/b'), {approve: ['/a', '/b']}], begunOf('/a', '/b')]
    })
    const one = () => (answers = [[plannedOf('/a'), {approve: ['/a']}], begunOf('/a')])

    it('and starts them with what was answered', async () => {
      const asked: unknown[] = []
      await begin(['/a', '/b'], {approved: null, ask: async (...question) => (asked.push(question), 'trust')})
      expect(asked).to.deep.equal([['Start these 2 teams?', {trust: true, edit: false}]])
      expect(approvals()).to.deep.equal([null, 'person'])
      expect(calls[1]!.requests.map(({trustProject, planDigest}) => [trustProject, planDigest])).to.deep.equal([
        [true, 'd'],
        [true, 'd'],
      ])
    })

    for (const answer of ['no', 'interrupted'] as const) {
      it(`and starts none on ${answer}`, async () => {
        expect(await begin(['/a', '/b'], {approved: null, ask: async () => answer})).to.deep.equal({
          refused: answer,
          planFiles: ['/plans/a', '/plans/b'],
        })
        expect(approvals()).to.deep.equal([null])
      })
    }

    it('and again after a look at the whole plan', async () => {
      one()
      const answered = ['view', 'yes'] as const
      let turn = 0
      await begin(['/a'], {approved: null, ask: async () => answered[turn++]!})
      expect(told.join('\n')).to.include('The plan file: /plans/a')
      expect(approvals()).to.deep.equal([null, 'person'])
    })

    it('and starts the plan as it was read again after an edit', async () => {
      one()
      reread = [() => ({...planned('/plans/a'), planDigest: 'edited'})]
      const answered = ['edit', 'yes'] as const
      const files: string[] = []
      let turn = 0
      await begin(['/a'], {approved: null, ask: async () => answered[turn++]!, edit: (file) => void files.push(file)})
      expect(files).to.deep.equal(['/plans/a'])
      expect(calls[1]!.requests[0]).to.include({planDigest: 'edited'})
      expect(approvals()).to.deep.equal([null, 'person'])
    })

    it('and again when what was edited is no plan any more', async () => {
      one()
      reread = [
        () => {
          throw new OrchError('ORCH_PLAN_INVALID', {source: '/plans/a', problems: ['team is missing']})
        },
      ]
      const answered = ['edit', 'no'] as const
      let turn = 0
      expect(await begin(['/a'], {approved: null, ask: async () => answered[turn++]!})).to.include({refused: 'no'})
      expect(told.join('\n')).to.include('team is missing')
      expect(approvals()).to.deep.equal([null])
    })

    it('and refuses where nobody can be asked, naming every plan', async () => {
      const error = await refusal('ORCH_PLAN_NOT_APPROVED', begin(['/a', '/b'], {approved: null}))
      expect(error.message).to.include('/plans/a').and.include('/plans/b')
      calls = []
      one()
      expect((await refusal('ORCH_PLAN_NOT_APPROVED', begin(['/a'], {approved: null}))).details).to.deep.equal({planFile: '/plans/a'})
    })
  })
})
