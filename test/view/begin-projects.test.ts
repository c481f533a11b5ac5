import {expect} from 'chai'
import {OrchError, type ProjectState} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {PlannedRun, RunRequest} from '../../src/services/planning/run-request.js'
import {projectStatus} from '../../src/services/status/status.js'
import {beginProjects, type BeginRequest} from '../../src/view/begin-projects.js'
import {aPlan, aProject} from '../support/builders.js'
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

describe('beginProjects', () => {
  let calls: [string, Record<string, unknown>][]
  let told: string[]
  /** What is unfinished, by specification. */
  let unfinished: Record<string, {state: ProjectState; changed?: boolean}[]>
  let failing: Record<string, Error>
  beforeEach(() => {
    calls = []
    told = []
    unfinished = {}
    failing = {}
  })

  const client = {
    call: async (method: string, params: Record<string, unknown>) => {
      calls.push([method, params])
      const spec = (params['spec'] as string | undefined) ?? (params['request'] as RunRequest | undefined)?.spec ?? ''
      if (failing[`${method} ${spec}`]) throw failing[`${method} ${spec}`]!
      if (method === 'project.unfinished')
        return (unfinished[spec] ?? []).map(({state, changed = false}, index) => ({
          project: projectStatus(aProject({id: `p_${index}`, state})),
          changed,
        }))
      return method === 'project.start' ? {id: `new ${spec}`, warnings: [`warned ${spec}`]} : {}
    },
    stream: async function* (method: string, {spec}: {spec: string}) {
      calls.push([method, {spec}])
      if (failing[`${method} ${spec}`]) throw failing[`${method} ${spec}`]!
      yield {planned: planned(`/plans${spec}`)}
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
  const methods = () => calls.map(([method]) => method)

  it('looks up, plans and starts one', async () => {
    expect(await begin(['/a'])).to.deep.equal({projects: ['new /a']})
    expect(methods()).to.deep.equal(['project.unfinished', 'project.plan', 'project.start'])
    expect(calls.at(-1)![1]).to.deep.include({approval: {by: 'flag', initCommit: false, stopOnExit: false, fresh: false}})
    expect(calls.at(-1)![1]['request']).to.include({planFile: '/plans/a', plannerUsd: 0.5, trustProject: false})
    expect(told.join('\n')).to.include('! warned /a')
  })

  it('checks every one of several before the first is started, and shows every plan', async () => {
    expect(await begin(['/a', '/b'])).to.deep.equal({projects: ['new /a', 'new /b']})
    expect(methods().slice(-4)).to.deep.equal(['project.check', 'project.check', 'project.start', 'project.start'])
    expect(told.join('\n')).to.include('1 of 2: /a').and.include('2 of 2: /b')
  })

  for (const where of ['project.unfinished', 'project.plan', 'project.check']) {
    it(`starts nothing when ${where} fails for one of several, and says for which`, async () => {
      failing[`${where} /b`] = new OrchError('ORCH_NO_AGENT', {wanted: 'auto', found: []})
      expect((await refusal('ORCH_NO_AGENT', begin(['/a', '/b']))).message).to.match(/^\/b: /)
      expect(methods()).not.to.include('project.start')
    })
  }

  describe('asks once for all', () => {
    it('and starts them with what was answered', async () => {
      const asked: unknown[] = []
      await begin(['/a', '/b'], {approved: null, ask: async (...question) => (asked.push(question), 'trust')})
      expect(asked).to.deep.equal([['Start these 2 teams?', {trust: true, edit: false}]])
      expect(calls.at(-1)![1]['request']).to.include({trustProject: true})
      expect(calls.at(-1)![1]['approval']).to.include({by: 'person'})
    })

    for (const answer of ['no', 'interrupted'] as const) {
      it(`and starts none on ${answer}`, async () => {
        expect(await begin(['/a', '/b'], {approved: null, ask: async () => answer})).to.deep.equal({
          refused: answer,
          planFiles: ['/plans/a', '/plans/b'],
        })
        expect(methods()).not.to.include('project.start')
      })
    }

    it('and again after a look at the whole plan', async () => {
      const answers = ['view', 'yes'] as const
      let turn = 0
      await begin(['/a'], {approved: null, ask: async () => answers[turn++]!})
      expect(told.join('\n')).to.include('The plan file: /plans/a')
      expect(methods().at(-1)).to.equal('project.start')
    })

    it('and starts the plan as it was read again after an edit', async () => {
      const answers = ['edit', 'yes'] as const
      const files: string[] = []
      let turn = 0
      await begin(['/a'], {approved: null, ask: async () => answers[turn++]!, edit: (file) => void files.push(file)})
      expect(files).to.deep.equal(['/plans/a'])
      expect(methods().filter((method) => method === 'project.plan')).to.have.length(2)
      expect(calls.at(-1)![1]['approval']).to.include({by: 'person'})
    })

    it('and again when what was edited is no plan any more', async () => {
      const answers = ['edit', 'no'] as const
      let turn = 0
      const edit = () => {
        failing['project.plan /a'] = new OrchError('ORCH_PLAN_INVALID', {source: '/plans/a', problems: ['team is missing']})
      }
      expect(await begin(['/a'], {approved: null, ask: async () => answers[turn++]!, edit})).to.include({refused: 'no'})
      expect(told.join('\n')).to.include('team is missing')
      expect(methods()).not.to.include('project.start')
    })

    it('and refuses where nobody can be asked, naming every plan', async () => {
      const error = await refusal('ORCH_PLAN_NOT_APPROVED', begin(['/a', '/b'], {approved: null}))
      expect(error.message).to.include('/plans/a').and.include('/plans/b')
      expect((await refusal('ORCH_PLAN_NOT_APPROVED', begin(['/a'], {approved: null}))).details).to.deep.equal({planFile: '/plans/a'})
    })
  })

  describe('of what is unfinished', () => {
    it('follows what goes on, and says so', async () => {
      unfinished['/a'] = [{state: 'running'}]
      expect(await begin(['/a'])).to.deep.equal({projects: ['p_0']})
      expect(methods()).to.deep.equal(['project.unfinished'])
      expect(told.join('\n')).to.include('p_0').and.include('--fresh')
    })

    for (const [what, found] of [
      ['paused', {state: 'paused'}],
      ['blocked', {state: 'blocked'}],
      ['changed', {state: 'running', changed: true}],
    ] as const) {
      it(`refuses to follow what is ${what}`, async () => {
        unfinished['/a'] = [found]
        expect((await refusal('ORCH_CLASH', begin(['/a']))).remedy)
          .to.include('--resume')
          .and.include('--fresh')
      })
    }

    it('makes another with --fresh, without a look', async () => {
      unfinished['/a'] = [{state: 'running'}]
      expect(await begin(['/a'], {unfinished: 'fresh'})).to.deep.equal({projects: ['new /a']})
    })

    it('takes it up with --resume, if there is exactly one', async () => {
      await refusal('ORCH_NOT_FOUND', begin(['/a'], {unfinished: 'resume'}))
      unfinished['/a'] = [{state: 'blocked', changed: true}]
      expect(await begin(['/a'], {unfinished: 'resume'})).to.deep.equal({projects: ['p_0']})
      expect(calls.at(-1)).to.deep.equal(['project.resume', {project: 'p_0'}])
      unfinished['/a'].push({state: 'blocked'})
      await refusal('ORCH_AMBIGUOUS', begin(['/a'], {unfinished: 'resume'}))
    })
  })
})
