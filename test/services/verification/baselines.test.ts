import {expect} from 'chai'
import {FakeRunner, type FakeAnswer} from '@orch/plugin-kit/testing'
import {Baselines} from '../../../src/services/verification/baselines.js'
import {aPlannedAgent, aProject, anAgent, someOptions} from '../../support/builders.js'
import {failureOf} from '../../support/failure.js'
import {aTree} from '../../support/verification.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'

const SIGNAL = new AbortController().signal
const OPTIONS = someOptions({baseline: true, acceptance: [{command: 'npm test', origin: 'flag'}]})

describe('Baselines', () => {
  let world: World
  let processes: FakeRunner
  let baselines: Baselines

  function open(test: FakeAnswer = {}, changes: Partial<Project> = {}): void {
    world = aWorld({projects: [aProject({options: OPTIONS, ...changes})]})
    processes = new FakeRunner().on(['npm', 'test'], test)
    baselines = new Baselines({...world, tree: aTree(world, processes, 'baseline')})
  }

  const begin = () => baselines.begin(world.project())
  const settled = () => baselines.settled('p_1', SIGNAL)
  const letters = () => world.project().messages.map(({to, kind}) => [to, kind])

  it('runs the commands on the base in a worktree of its own, records what they show, and removes the worktree', async () => {
    open()
    begin()
    expect(await settled()).to.deep.include({outcome: 'passed', at: world.clock.now()})
    expect(processes.calls.map(({options}) => options.cwd)).to.deep.equal(['/state/projects/p_1/baseline'])
    expect(world.workspace.calls[0]).to.equal('scratch at base')
    expect(world.workspace.worktrees.has('/state/projects/p_1/baseline')).to.equal(false)
    expect(world.log.events.map(({type, data}) => [type, data])).to.deep.equal([['baseline', {outcome: 'passed', failed: null}]])
    expect(letters()).to.deep.equal([])
  })

  it('runs once, and again only while nothing is on record', async () => {
    open()
    begin()
    begin()
    await settled()
    begin()
    await settled()
    expect(processes.calls).to.have.length(1)
  })

  it('looks at the base again when its worktree is lost meanwhile', async () => {
    let times = 0
    open(() => {
      if (times++ === 0) world.workspace.lose('/state/projects/p_1/baseline')
      return {}
    })
    begin()
    expect(await settled()).to.include({outcome: 'passed'})
    expect(processes.calls).to.have.length(2)
  })

  it('tells agents that owe commits and have been briefed what fails', async () => {
    const agents = [anAgent(), anAgent({role: 'orchestrator', owes: 'nothing'}), aPlannedAgent({role: 'tester'})]
    open({exitCode: 1, stdout: 'expected 2'}, {agents})
    begin()
    expect(await settled()).to.include({outcome: 'failed'})
    expect(letters()).to.deep.equal([['a_developer', 'system']])
    const {text} = world.project().messages[0]!
    expect(text).to.include('`npm test` ended with 1').and.include('expected 2').and.include('specification')
  })

  it('knows nothing of a project that wants none, or has no commands', async () => {
    for (const options of [
      {...OPTIONS, baseline: false},
      {...OPTIONS, acceptance: []},
    ]) {
      open({}, {options})
      begin()
      expect(await settled()).to.equal(null)
      expect(processes.calls).to.deep.equal([])
    }
  })

  it('is broken off without a record, and may be begun anew', async () => {
    let wasAborted = false
    open((_, {signal}) => {
      void baselines.cancel('p_1')
      wasAborted = signal!.aborted
      return {exitCode: null, signal: 'SIGTERM'}
    })
    begin()
    expect(await settled()).to.equal(null)
    expect(wasAborted).to.equal(true)
    processes.on(['npm', 'test'], {})
    begin()
    await settled()
    expect(processes.calls).to.have.length(2)
  })

  it('leaves no worktree behind a project that is over', async () => {
    open()
    await world.files.makeFolder('/state/projects/p_1/baseline')
    await world.workspace.ensureScratch({repository: '/repo', path: '/state/projects/p_1/baseline', at: 'base'})
    const removed: string[] = []
    world.workspace.removeWorktree = async ({path}) => void removed.push(path)
    await baselines.end(world.project())
    expect(removed).to.deep.equal(['/state/projects/p_1/baseline'])
  })

  it('lets a verification wait for it no longer than it wants to', async () => {
    const abort = new AbortController()
    open(() => {
      abort.abort(new Error('paused'))
      return {}
    })
    begin()
    expect((await failureOf(baselines.settled('p_1', abort.signal))).message).to.equal('paused')
    await settled()
  })

  it('goes without where the base cannot be looked at, and does not try again and again', async () => {
    open()
    world.workspace.ensureScratch = async () => Promise.reject(new Error('no worktree'))
    begin()
    expect(await settled()).to.equal(null)
    begin()
    expect(await settled()).to.equal(null)
    expect(processes.calls).to.deep.equal([])
    expect(world.logger.lines.filter(({level}) => level === 'error')).to.have.length(1)
  })
})
