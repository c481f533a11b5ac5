import {expect} from 'chai'
import {OrchError, type Actor, type ProjectState} from '@orch/plugin-kit'
import type {Project} from '../../../src/domain/model/project.js'
import type {ApprovedRun, PlannedRun, RunRequest, StartApproval} from '../../../src/services/planning/run-request.js'
import {
  BeginProjects,
  type BeginContext,
  type BeginProgress,
  type BeginRequest,
  type BeginRun,
} from '../../../src/services/control/begin-projects.js'
import {aPlan, aProject} from '../../support/builders.js'
import {failureOf, refusal} from '../../support/failure.js'

const PERSON: Actor = {kind: 'person'}
const AGENT: Actor = {kind: 'agent', project: 'p_parent', agent: 'a_lead', role: 'lead'}
const FLAG = {by: 'flag', initCommit: false, stopOnExit: false} as const

const run = (spec: string): RunRequest => ({
  ...{key: `key ${spec}`, spec, project: null, name: null, roles: [], addRoles: [], size: 'auto', flags: {}},
  ...{trustProject: false, needsAgent: true, env: {}, planFile: null},
})
const planned = (planFile: string): PlannedRun => ({
  ...{plan: aPlan(), planFile, planDigest: `digest ${planFile}`, plannerUsd: 0.5, agent: 'fake', usesModel: false},
  ...{repository: {root: '/repo', branch: 'main', unborn: false}, merge: 'integration', unverified: false, trusted: false},
  ...{needTrust: [], programs: [], warnings: []},
})

describe('BeginProjects', () => {
  /** What was done, in order: `plan /a`, `check /a`, `start /a`, `start /a for lead`, `resume p_0`. */
  let done: string[]
  let started: {request: ApprovedRun; approval: StartApproval}[]
  let told: BeginProgress[]
  let unfinished: Record<string, {state: ProjectState; changed?: boolean; key?: string}[]>
  let failing: Record<string, Error>
  let planning: (spec: string, signal: AbortSignal | undefined) => Promise<void>
  let stop: AbortController
  beforeEach(() => {
    done = []
    started = []
    told = []
    unfinished = {}
    failing = {}
    planning = async () => {}
    stop = new AbortController()
  })

  const step = (what: string) => {
    done.push(what)
    if (failing[what]) throw failing[what]
  }
  const start = (request: ApprovedRun, approval: StartApproval) => {
    started.push({request, approval})
    return {project: aProject({id: `new ${request.spec}`}), warnings: [`warned ${request.spec}`]}
  }
  const beginning = new BeginProjects({
    unfinished: {
      of: async (spec) => {
        step(`look up ${spec}`)
        return (unfinished[spec] ?? []).map(({state, changed = false, key = 'another'}, index) => ({
          project: aProject({id: `p_${index}`, state, key}),
          changed,
        }))
      },
    },
    intake: {
      plan: async ({spec}, onProgress, signal) => {
        step(`plan ${spec}`)
        onProgress(`planning ${spec}`)
        await planning(spec, signal)
        return planned(`/plans${spec}`)
      },
      check: async ({spec}) => {
        step(`check ${spec}`)
        return []
      },
      start: async (request, approval) => {
        step(`start ${request.spec}`)
        return start(request, approval)
      },
    },
    children: {
      start: async (by, request, approval) => {
        step(`start ${request.spec} for ${by.role}`)
        return start(request, approval)
      },
    },
    control: {
      resume: async (id) => {
        step(`resume ${id}`)
        return {} as Project
      },
    },
  })
  const begin = (specs: readonly (string | BeginRun)[], changes: Partial<BeginRequest> = {}, context: Partial<BeginContext> = {}) =>
    beginning.begin(
      {
        requests: specs.map((spec) => (typeof spec === 'string' ? run(spec) : spec)),
        unfinished: 'follow',
        approval: FLAG,
        ...changes,
      },
      {by: PERSON, tell: (item) => void told.push(item), signal: stop.signal, mayResume: async () => {}, ...context},
    )
  const kinds = () => told.map((item) => Object.keys(item)[0])

  it('looks up, plans and starts one, and tells how it goes on', async () => {
    expect(await begin(['/a'])).to.deep.equal({projects: ['new /a']})
    expect(done).to.deep.equal(['look up /a', 'plan /a', 'start /a'])
    expect(started[0]!.approval).to.deep.equal({...FLAG, fresh: false})
    expect(started[0]!.request).to.include({planFile: '/plans/a', planDigest: 'digest /plans/a', plannerUsd: 0.5})
    expect(told).to.deep.equal([
      {progress: {spec: '/a', line: 'planning /a'}},
      {planned: {spec: '/a', run: planned('/plans/a')}},
      {starting: ['/a']},
      {warned: {spec: '/a', warning: 'warned /a'}},
    ])
  })

  it('checks every one of several before the first is started', async () => {
    expect(await begin(['/a', '/b'])).to.deep.equal({projects: ['new /a', 'new /b']})
    expect(done.slice(-4)).to.deep.equal(['check /a', 'check /b', 'start /a', 'start /b'])
  })

  for (const where of ['look up', 'plan', 'check']) {
    it(`starts none of several when it cannot ${where} one, and tells which`, async () => {
      failing[`${where} /b`] = new OrchError('ORCH_NO_AGENT', {wanted: 'auto', found: []})
      await refusal('ORCH_NO_AGENT', begin(['/a', '/b']))
      expect(told.find((item) => 'failed' in item)).to.deep.equal({failed: {spec: '/b'}})
      expect(started).to.deep.equal([])
    })
  }

  it('ends the planning of the others when one cannot be planned', async () => {
    const ended: string[] = []
    planning = async (spec, signal) => {
      if (spec === '/b') throw new OrchError('ORCH_NO_AGENT', {wanted: 'auto', found: []})
      await new Promise((_, reject) => signal!.addEventListener('abort', () => reject(new Error((ended.push(spec), 'ended')))))
    }
    await refusal('ORCH_NO_AGENT', begin(['/a', '/b']))
    expect(ended).to.deep.equal(['/a'])
  })

  it('starts nothing for a caller who went away over the plans', async () => {
    planning = async () => stop.abort(new Error('the client went away'))
    expect((await failureOf(begin(['/a']))).message).to.equal('the client went away')
    expect(started).to.deep.equal([])
  })

  describe('for a person who approves the plans', () => {
    it('makes them first, starts nothing, and does not make them again', async () => {
      expect(await begin(['/a', '/b'], {approval: null})).to.deep.equal({approve: ['/a', '/b']})
      expect(done).to.deep.equal(['look up /a', 'look up /b', 'plan /a', 'plan /b'])
      expect(kinds()).not.to.include('starting')
      done = []
      const approved = ['/a', '/b'].map((spec) => ({...run(spec), planFile: `/plans${spec}`, planDigest: 'd', plannerUsd: 1}))
      await begin(approved, {approval: {...FLAG, by: 'person'}})
      expect(done.filter((what) => what.startsWith('plan'))).to.deep.equal([])
      expect(started.map(({request, approval}) => [request.planDigest, request.plannerUsd, approval.by])).to.deep.equal([
        ['d', 1, 'person'],
        ['d', 1, 'person'],
      ])
    })

    it('reads a plan file that nobody has seen yet', async () => {
      expect(await begin([{...run('/a'), planFile: '/mine.json'}], {approval: null})).to.deep.equal({approve: ['/a']})
      expect(done).to.include('plan /a')
    })

    it('needs none for what is only followed', async () => {
      unfinished['/a'] = [{state: 'running'}]
      expect(await begin(['/a'], {approval: null})).to.deep.equal({projects: ['p_0']})
    })
  })

  describe('of what is unfinished', () => {
    it('follows what goes on, and tells it', async () => {
      unfinished['/a'] = [{state: 'running'}]
      expect(await begin(['/a'])).to.deep.equal({projects: ['p_0']})
      expect(told).to.deep.equal([{follows: {spec: '/a', id: 'p_0', name: 'demo', state: 'running'}}])
      expect(done).to.deep.equal(['look up /a'])
    })

    for (const [what, found] of [
      ['paused', {state: 'paused'}],
      ['blocked', {state: 'blocked'}],
      ['waiting for credits', {state: 'waiting-credits'}],
      ['edited since', {state: 'running', changed: true}],
    ] as const) {
      it(`refuses to follow what is ${what}`, async () => {
        unfinished['/a'] = [found]
        expect((await refusal('ORCH_CLASH', begin(['/a']))).remedy)
          .to.include('--resume')
          .and.include('--fresh')
      })
    }

    it('makes another with fresh, without a look', async () => {
      unfinished['/a'] = [{state: 'running'}]
      expect(await begin(['/a'], {unfinished: 'fresh'})).to.deep.equal({projects: ['new /a']})
      expect(started[0]!.approval.fresh).to.equal(true)
    })

    it('takes it up with resume, if there is exactly one', async () => {
      await refusal('ORCH_NOT_FOUND', begin(['/a'], {unfinished: 'resume'}))
      unfinished['/a'] = [{state: 'blocked', changed: true}]
      expect(await begin(['/a'], {unfinished: 'resume'})).to.deep.equal({projects: ['p_0']})
      expect(done.at(-1)).to.equal('resume p_0')
      unfinished['/a'].push({state: 'blocked'})
      await refusal('ORCH_AMBIGUOUS', begin(['/a'], {unfinished: 'resume'}))
    })

    it('takes up none of several when another cannot be begun', async () => {
      unfinished['/a'] = [{state: 'blocked'}]
      await refusal('ORCH_NOT_FOUND', begin(['/a', '/b'], {unfinished: 'resume'}))
      expect(done).not.to.include('resume p_0')
    })

    it('knows by its key what an earlier call with a lost answer began, in whatever state it is', async () => {
      unfinished['/a'] = [{state: 'blocked', key: 'key /a'}]
      for (const how of ['follow', 'resume'] as const) expect(await begin(['/a'], {unfinished: how})).to.deep.equal({projects: ['p_0']})
      expect(told).to.deep.equal([])
      expect(done).to.deep.equal(['look up /a', 'look up /a'])
    })
  })

  describe('for an agent', () => {
    it('starts within the bounds of its own project', async () => {
      await begin(['/a'], {}, {by: AGENT})
      expect(done.at(-1)).to.equal('start /a for lead')
    })

    it('takes up only what it may', async () => {
      unfinished['/a'] = [{state: 'blocked'}]
      const refused = new OrchError('ORCH_REFUSED', {what: 'The call project.resume', why: 'no grant', remedy: 'Ask.'})
      const mayResume = (project: string) => (expect(project).to.equal('p_0'), Promise.reject(refused))
      await refusal('ORCH_REFUSED', begin(['/a'], {unfinished: 'resume'}, {by: AGENT, mayResume}))
      expect(done).to.deep.equal(['look up /a'])
    })
  })
})
