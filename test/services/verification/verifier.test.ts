import {expect} from 'chai'
import {FakeRunner, type FakeAnswer, type PluginHandlers} from '@orch/plugin-kit/testing'
import {toBaseline} from '../../../src/domain/baseline.js'
import type {Verifier} from '../../../src/services/verification/verifier.js'
import {aClaim, aMerge, aProject, anAgent, EPOCH, someOptions} from '../../support/builders.js'
import {failureOf, refusal} from '../../support/failure.js'
import {aVerifier} from '../../support/verification.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {CommandEvidence} from '../../../src/domain/model/merge.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const holding = (role: string, changes: Partial<Agent> = {}) => anAgent({role, claim: aClaim({verdict: 'holds'}), ...changes})
const TEAM = [holding('tester', {mergeAfter: ['developer']}), holding('developer'), anAgent({role: 'orchestrator', owes: 'nothing'})]
const TESTED = someOptions({acceptance: [{command: 'npm test', origin: 'flag'}]})

describe('Verifier', () => {
  let world: World
  let verifier: Verifier
  let processes: FakeRunner

  function open(changes: Partial<Project> = {}, test: FakeAnswer = {}, handlers: PluginHandlers = {}): void {
    const project = aProject({state: 'verifying', agents: TEAM, options: TESTED, ...changes})
    world = aWorld({projects: [project], plugins: {'a-plugin': handlers}})
    for (const {role, worktree, branch, owes} of project.agents)
      world.workspace.commit(worktree, branch, owes === 'commits' ? role : 'base')
    processes = new FakeRunner().on(['npm', 'test'], test)
    verifier = aVerifier(world, processes)
  }

  const verify = (signal = new AbortController().signal) => verifier.verify(world.project(), signal)
  const merges = () => Object.fromEntries(world.project().merges.map(({role, state}) => [role, state]))
  const verdicts = () => Object.fromEntries(world.project().agents.map(({role, claim}) => [role, claim?.verdict ?? null]))
  /** Exit codes of the acceptance command, in the order it is run. */
  const exits =
    (...codes: number[]): FakeAnswer =>
    () => ({exitCode: codes.shift()!, stdout: 'what it printed'})

  it('merges who owes commits, each after those it names, and tests after each', async () => {
    open()
    await verify()
    expect(world.workspace.calls).to.deep.equal([
      'scratch at base',
      'merge developer',
      'scratch at base+developer, keep nothing',
      'merge tester',
    ])
    expect(processes.calls.map(({options}) => options.cwd)).to.deep.equal(['/state/projects/p_1/scratch', '/state/projects/p_1/scratch'])
    expect(world.project()).to.include({state: 'merging'})
    expect(world.project().verification).to.deep.include({verified: true, candidate: 'base+developer+tester'})
    expect(world.project().verification!.evidence.map(({command, exitCode, afterRole}) => [command, exitCode, afterRole])).to.deep.equal([
      ['npm test', 0, 'tester'],
    ])
    expect(merges()).to.deep.equal({developer: 'checking', tester: 'checking'})
    expect(world.project().merges.map(({head, sha}) => [head, sha])).to.deep.equal([
      ['developer', 'base+developer'],
      ['tester', 'base+developer+tester'],
    ])
  })

  describe('commits of roles that owe none', () => {
    const manager = anAgent({role: 'project-manager', owes: 'nothing'})
    const reviewer = holding('code-reviewer', {owes: 'report'})

    function openWith(agents: readonly Agent[], test: FakeAnswer = {}): void {
      open({agents}, test)
      for (const {role, worktree, branch} of agents) world.workspace.commit(worktree, branch, role)
    }

    it('are merged after those that are owed', async () => {
      openWith([manager, reviewer, holding('developer')])
      await verify()
      expect(world.project().verification).to.include({candidate: 'base+developer+project-manager+code-reviewer', verified: true})
      expect(merges()).to.deep.equal({developer: 'checking', 'project-manager': 'checking', 'code-reviewer': 'checking'})
    })

    it('that are none make no merge', async () => {
      open({agents: [manager, holding('developer')]})
      await verify()
      expect(world.workspace.calls.filter((call) => call.startsWith('merge'))).to.deep.equal(['merge developer'])
    })

    it('are left out with the reason when they conflict, and hold up nothing', async () => {
      openWith([manager, holding('developer')])
      world.workspace.conflicts.set('project-manager', ['README.md'])
      await verify()
      expect(world.project()).to.include({state: 'merging'})
      expect(world.project().verification).to.include({candidate: 'base+developer', verified: true})
      expect(merges()).to.deep.equal({developer: 'checking', 'project-manager': 'conflicted'})
      expect(world.project().merges[1]!.reason).to.include('README.md')
    })

    it('are left out when the commands fail with them, and the candidate is as it was without them', async () => {
      openWith([manager, holding('developer')], exits(0, 1))
      await verify()
      expect(world.project().verification).to.deep.include({candidate: 'base+developer', verified: true})
      expect(world.project().verification!.evidence.map(({afterRole}) => afterRole)).to.deep.equal(['developer'])
      expect(merges()).to.deep.equal({developer: 'checking', 'project-manager': 'rejected'})
      expect(world.workspace.calls.at(-1)).to.equal('scratch at base+developer')
    })

    it('go back once to a role that reports and runs, and are left out the second time', async () => {
      openWith([reviewer, holding('developer')])
      world.workspace.conflicts.set('code-reviewer', ['REVIEW.md'])
      await verify()
      expect(verdicts()).to.include({'code-reviewer': 'rejected', developer: 'holds'})
      const again = {...world.agent('code-reviewer'), claim: aClaim({verdict: 'holds'})}
      await world.store.update('p_1', (project) => ({...project, state: 'verifying', agents: [again, project.agents[1]!]}))
      await verify()
      expect(world.project()).to.include({state: 'merging'})
      expect(merges()).to.deep.equal({developer: 'checking', 'code-reviewer': 'conflicted'})
    })

    it('of a role that has ended do not wait for it', async () => {
      openWith([{...reviewer, state: 'exited'}, holding('developer')])
      world.workspace.conflicts.set('code-reviewer', ['REVIEW.md'])
      await verify()
      expect(world.project()).to.include({state: 'merging'})
    })
  })

  it('starts from what is integrated already', async () => {
    open({integration: {branch: 'orch/demo/integration', sha: 'earlier'}})
    await verify()
    expect(world.workspace.calls[0]).to.equal('scratch at earlier')
  })

  it('runs the commands in the environment of the project', async () => {
    open()
    world.files.put('/state/projects/p_1/env.json', '{"PATH": "/of/the/person"}')
    await verify()
    expect(processes.calls[0]!.options.env).to.deep.equal({PATH: '/of/the/person', ORCH_VERIFY: '/state/projects/p_1/scratch'})
  })

  it('calls nothing verified that no command has shown', async () => {
    open({options: someOptions()})
    await verify()
    expect(world.project()).to.include({state: 'merging'})
    expect(world.project().verification).to.include({verified: false})
  })

  describe('a team that owes no commits', () => {
    const REPORTING = {agents: [holding('researcher', {owes: 'report'})]}

    it('is verified by what the base shows', async () => {
      open(REPORTING)
      await verify()
      expect(world.project()).to.include({state: 'merging'})
      expect(world.project().verification).to.deep.include({verified: true, candidate: 'base'})
      expect(world.project().verification!.evidence.map(({command, afterRole}) => [command, afterRole])).to.deep.equal([['npm test', null]])
    })

    it('has nobody to mend what fails', async () => {
      open(REPORTING, {exitCode: 1, stdout: 'red'})
      expect((await refusal('ORCH_REFUSED', verify())).message)
        .to.include('npm test')
        .and.include('red')
      expect(world.project()).to.include({state: 'verifying'})
    })

    it('is not verified when no command has shown anything', async () => {
      open({...REPORTING, options: someOptions()})
      await verify()
      expect(world.project().verification).to.include({verified: false})
    })
  })

  it('minds only the result of the last merge: on the way it may fail', async () => {
    open({}, exits(1, 0))
    await verify()
    expect(world.project().state).to.equal('merging')
    expect(world.project().verification).to.include({verified: true})
  })

  describe('a conflict', () => {
    beforeEach(async () => {
      open()
      world.workspace.conflicts.set('tester', ['src/a.ts'])
      await verify()
    })

    it('goes back to its agent with the files and what to merge', () => {
      expect(world.project()).to.include({state: 'running'})
      expect(verdicts()).to.deep.equal({tester: 'rejected', developer: 'holds', orchestrator: null})
      expect(merges()).to.deep.equal({developer: 'pending', tester: 'conflicted'})
      const [message] = world.project().messages
      expect(message).to.include({to: 'a_tester', kind: 'conflict'})
      expect(message!.text).to.include('src/a.ts').and.include('base+developer')
    })

    it('is merged when it has been resolved', async () => {
      world.workspace.conflicts.clear()
      await world.store.update('p_1', (project) => ({...project, state: 'verifying', agents: TEAM}))
      await verify()
      expect(world.project()).to.include({state: 'merging'})
      expect(merges()).to.deep.equal({developer: 'checking', tester: 'checking'})
    })
  })

  describe('a failing acceptance', () => {
    it('is sent to whoever turned it from passing', async () => {
      open({}, exits(0, 1))
      await verify()
      expect(verdicts()).to.include({tester: 'rejected', developer: 'holds'})
      expect(merges()).to.deep.equal({developer: 'pending', tester: 'rejected'})
      expect(world.project()).to.include({state: 'running'})
      expect(world.project().verification).to.include({verified: false})
    })

    it('is sent to the developer when it never passed', async () => {
      open({}, exits(1, 1))
      await verify()
      expect(verdicts()).to.include({tester: 'holds', developer: 'rejected'})
    })

    it('is told with the command, its exit code and its output', async () => {
      open({}, exits(0, 9))
      await verify()
      expect(world.project().messages[0]).to.include({kind: 'verdict'})
      expect(world.project().messages[0]!.text).to.include('npm test').and.include('9').and.include('what it printed')
    })
  })

  describe('what fails on the base already', () => {
    const ran = (changes: Partial<CommandEvidence>): CommandEvidence => ({
      ...{command: 'npm test', exitCode: 1, tookMs: 1, output: '', afterRole: null},
      ...changes,
    })
    const baselineOf = (...commands: CommandEvidence[]) => toBaseline({commands, setUp: null}, EPOCH)
    const developer = () => world.agent('developer')

    it('goes back to the developer as a fact, and counts as no rejection', async () => {
      open({}, exits(1, 1))
      verifier = aVerifier(world, processes, baselineOf(ran({})))
      await verify()
      expect(world.project()).to.include({state: 'running'})
      expect(developer()).to.include({rejections: 0, returns: 1})
      expect(developer().claim!.reason).to.include('Before any work, on the base, `npm test` ended with 1')
    })

    it('is the fault of the work once it has passed with the work of others', async () => {
      open({}, exits(0, 1))
      verifier = aVerifier(world, processes, baselineOf(ran({})))
      await verify()
      expect(world.agent('tester')).to.include({rejections: 1})
      expect(world.agent('tester')).to.not.have.property('returns')
    })

    it('blocks the project where a program is missing, with what to do, and rejects nobody', async () => {
      open({}, {exitCode: null, notStarted: true})
      verifier = aVerifier(world, processes, baselineOf(ran({exitCode: null, notStarted: true})))
      await verify()
      expect(world.project()).to.include({state: 'blocked', resumeTo: 'verifying'})
      expect(world.project().reason).to.include('`npm test` could not be started').and.include('orch resume p_1')
      expect(world.project().verification).to.deep.include({verified: false, candidate: 'base+developer+tester'})
      expect(verdicts()).to.deep.equal({developer: 'holds', tester: 'holds', orchestrator: null})
      expect(developer()).to.include({rejections: 0})
    })
  })

  describe('a set-up that fails in the verification worktree', () => {
    const SET_UP = {options: someOptions({...TESTED, setup: [{command: 'npm ci', origin: 'flag'}]})}

    it('is sent to whoever changed what it reads', async () => {
      open(SET_UP)
      world.workspace.files.set('base+developer+tester', [{path: 'package.json', id: 'new'}])
      processes.on(['npm', 'ci'], () => (world.workspace.calls.includes('merge tester') ? {exitCode: 1, stderr: 'no such version'} : {}))
      await verify()
      expect(verdicts()).to.include({developer: 'holds', tester: 'rejected'})
      expect(world.agent('tester').claim!.reason).to.include('the set-up command `npm ci` ended with 1').and.include('no such version')
      expect(world.project().verification!.setUp).to.include({command: 'npm ci', exitCode: 1})
    })

    it('blocks the project when nothing it reads has changed', async () => {
      open(SET_UP)
      processes.on(['npm', 'ci'], {exitCode: 1, stderr: 'no network'})
      await verify()
      expect(world.project()).to.include({state: 'blocked'})
      expect(world.project().reason).to.include('`npm ci` ended with 1')
      expect(world.agent('developer')).to.include({rejections: 0})
    })
  })

  describe('tracked files that change', () => {
    const SCRATCH = '/state/projects/p_1/scratch'

    it('under a test that passes make it fail, and are named', async () => {
      open({agents: [holding('developer')]}, () => {
        world.workspace.altered.set(SCRATCH, ['lib.js'])
        return {exitCode: 0}
      })
      await verify()
      expect(world.project()).to.include({state: 'running'})
      expect(world.agent('developer').claim!.reason).to.include('a test changed tracked files: lib.js')
      expect(world.project().verification).to.include({verified: false})
    })

    it('after the last command, each time it is verified, are noticed before the candidate is recorded', async () => {
      open({agents: [holding('developer')]})
      let looks = 0
      const inspect = world.workspace.inspectScratch.bind(world.workspace)
      world.workspace.inspectScratch = (request) => {
        // One after the command, two that agree at the end.
        if (++looks % 3 === 2) world.workspace.altered.set(SCRATCH, ['lib.js'])
        return inspect(request)
      }
      expect((await refusal('ORCH_REFUSED', verify())).message).to.include('lib.js')
      expect(world.project().state).to.equal('verifying')
    })
  })

  describe('a branch that moved after its claim was checked', () => {
    const checked = (role: string) => holding(role, {claim: aClaim({verdict: 'holds', head: role})})

    it('is checked again as a new claim before anything is merged', async () => {
      open({agents: [checked('developer')]})
      world.workspace.refs.set('refs/heads/orch/demo/developer', 'later')
      await verify()
      expect(world.project()).to.include({state: 'running'})
      expect(world.agent('developer').claim).to.include({verdict: 'pending'})
      expect(world.workspace.calls).to.deep.equal([])
      expect(world.log.events.find(({type}) => type === 'verdict')!.data).to.include({verdict: 'pending'})
    })

    it('while the commands ran is checked again, and what was verified is not integrated', async () => {
      open({agents: [checked('developer')]}, () => {
        world.workspace.refs.set('refs/heads/orch/demo/developer', 'later')
        return {}
      })
      await verify()
      expect(world.project()).to.include({state: 'running'})
      expect(world.agent('developer').claim).to.include({verdict: 'pending'})
      expect(merges()).to.deep.equal({developer: 'pending'})
    })
  })

  it('done again after a crash in the middle comes to the same', async () => {
    open({merges: [aMerge({state: 'checking', head: 'old', sha: 'torn'})]})
    await verify()
    const first = world.project()
    expect(merges()).to.deep.equal({developer: 'checking', tester: 'checking'})
    await world.store.update('p_1', (project) => ({...project, state: 'verifying'}))
    await verify()
    expect(world.project().verification).to.deep.equal(first.verification)
    expect(world.project().merges).to.deep.equal(first.merges)
  })

  it('is broken off between commands, and rejects nobody', async () => {
    const abort = new AbortController()
    open({}, () => {
      abort.abort(new Error('paused'))
      return {exitCode: null, signal: 'SIGTERM'}
    })
    expect((await failureOf(verify(abort.signal))).message).to.equal('paused')
    expect(world.project()).to.include({state: 'verifying'})
    expect(verdicts()).to.include({developer: 'holds', tester: 'holds'})
  })

  it('merges nothing that a plugin vetoes', async () => {
    open({}, {}, {beforeMerge: () => Promise.reject(new Error('not on a Friday'))})
    expect((await refusal('ORCH_HOOK_FAILED', verify())).message).to.include('not on a Friday')
    expect(world.workspace.calls).to.deep.equal(['scratch at base'])
  })

  it('begins again when the worktree is lost while it merges, and rejects nobody', async () => {
    open()
    const merge = world.workspace.merge.bind(world.workspace)
    let lost = false
    world.workspace.merge = async (request) => {
      if (request.commit === 'tester' && !lost) {
        lost = true
        world.workspace.lose(request.scratch)
      }
      return merge(request)
    }
    await verify()
    expect(world.project()).to.include({state: 'merging'})
    expect(world.project().verification).to.deep.include({verified: true, candidate: 'base+developer+tester'})
    expect(verdicts()).to.include({developer: 'holds', tester: 'holds'})
  })

  it('fails when a branch is gone', async () => {
    open()
    world.workspace.refs.delete('refs/heads/orch/demo/developer')
    await refusal('ORCH_NOT_FOUND', verify())
  })
})
