import {expect} from 'chai'
import type {PluginHandlers} from '@orch/plugin-kit/testing'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {Integrator} from '../../../src/services/verification/integrator.js'
import {Flags} from '../../../src/services/verification/flags.js'
import {UnmergedCommits} from '../../../src/services/verification/unmerged-commits.js'
import {WorkLeftBehind} from '../../../src/services/verification/work-left-behind.js'
import {eventually} from '../../contract/eventually.js'
import {aClaim, aMerge, aMessage, anAgent, aProject, someOptions} from '../../support/builders.js'
import {failureOf, refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'

const VERIFIED = {verified: true, evidence: [], candidate: 'base+developer'}
const CHECKED = aMerge({state: 'checking', head: 'developer', sha: 'base+developer'})
const INTEGRATION = 'refs/heads/orch/demo/integration'

describe('Integrator', () => {
  let world: World

  function open(changes: Partial<Project> = {}, handlers: PluginHandlers = {}): void {
    const project = aProject({state: 'merging', verification: VERIFIED, merges: [CHECKED], messages: [aMessage()], ...changes})
    world = aWorld({projects: [project], plugins: {'a-plugin': handlers}})
  }

  const integrate = () =>
    new Integrator({
      ...world,
      watch: new AgentEvents(world),
      flags: new Flags(world),
      unmerged: new UnmergedCommits({...world, leftBehind: new WorkLeftBehind(world)}),
    }).integrate(world.project())

  it('moves the integration branch, closes mailboxes, and ends the project', async () => {
    const merged: string[] = []
    open({}, {afterMerge: async ({input}) => void merged.push(`${input.role} ${input.sha}`)})
    await integrate()
    expect(world.workspace.refs.get(INTEGRATION)).to.equal('base+developer')
    expect(world.project()).to.include({state: 'completed', finishedAt: world.clock.now()})
    expect(world.project().integration.sha).to.equal('base+developer')
    expect(world.project().merges[0]).to.include({state: 'merged'})
    expect(world.message().state).to.equal('expired')
    await eventually(() => expect(merged).to.deep.equal(['developer base+developer']))
  })

  it('acknowledges what the transcript holds before it closes the mailboxes', async () => {
    open({messages: [aMessage({state: 'offered', offeredTo: 'r_1'})], agents: [anAgent({transcript: {path: '/t', position: 0}})]})
    world.driver.transcripts.set('/t', [{kind: 'acknowledged', text: '[orch m_1 from person] hello'}])
    await integrate()
    expect(world.message().state).to.equal('acknowledged')
    expect(world.project().state).to.equal('completed')
  })

  it('touches no branch with the policy none', async () => {
    open({options: someOptions({merge: 'none'})})
    await integrate()
    expect(world.workspace.calls).to.deep.equal([])
    expect(world.project().state).to.equal('completed')
  })

  it('moves the parent too, when it is asked and there is one', async () => {
    open({options: someOptions({merge: 'parent'})})
    await integrate()
    expect(world.workspace.calls).to.deep.equal(['advance orch/demo/integration to base+developer', 'fast-forward main to base+developer'])
    open({options: someOptions({merge: 'parent'}), parentBranch: null})
    await integrate()
    expect(world.workspace.calls).to.deep.equal(['advance orch/demo/integration to base+developer'])
  })

  describe('of a result that is not verified', () => {
    const verification = {...VERIFIED, verified: false}

    it('leaves the parent where it is, and says why', async () => {
      open({options: someOptions({merge: 'parent'}), verification})
      await integrate()
      expect(world.workspace.calls).to.deep.equal(['advance orch/demo/integration to base+developer'])
      expect(world.project()).to.include({state: 'completed'})
      expect(world.project().parent).to.deep.equal({branch: 'main', moved: false, why: 'the result is not verified'})
    })

    it('moves the parent when the person asked for just that, and says so', async () => {
      open({options: someOptions({merge: 'parent', unverified: true}), verification})
      await integrate()
      expect(world.workspace.calls.at(-1)).to.equal('fast-forward main to base+developer')
      expect(world.project().parent).to.include({moved: true}).and.property('why').include('--unverified')
    })
  })

  it('keeps what a person should look at, and merges all the same', async () => {
    open()
    world.workspace.patch = 'diff --git a/test/a.test.js b/test/a.test.js\ndeleted file mode 100644\n'
    await integrate()
    expect(world.project()).to.include({state: 'completed'})
    expect(world.project().flags!.map(({kind}) => kind)).to.deep.equal(['deleted-tests'])
  })

  it('completes when the change cannot be read', async () => {
    open()
    world.workspace.diff = () => Promise.reject(new Error('too large'))
    await integrate()
    expect(world.project()).to.include({state: 'completed'})
  })

  it('goes on after a crash behind any step', async () => {
    for (const step of ['advance', 'fastForwardParent', 'complete'] as const) {
      open({options: someOptions({merge: 'parent'})})
      const crash = new Error(`crashed after ${step}`)
      const {workspace, store} = world
      if (step === 'advance') {
        const real = workspace.advance.bind(workspace)
        workspace.advance = (request) => real(request).then(() => Promise.reject(crash))
        expect(await failureOf(integrate()), step).to.equal(crash)
        workspace.advance = real
      } else if (step === 'fastForwardParent') {
        const real = workspace.fastForwardParent.bind(workspace)
        workspace.fastForwardParent = (request) => real(request).then(() => Promise.reject(crash))
        expect(await failureOf(integrate()), step).to.equal(crash)
        workspace.fastForwardParent = real
      } else {
        const real = workspace.fastForwardParent.bind(workspace)
        workspace.fastForwardParent = async (request) => {
          await real(request)
          store.setFull(true)
        }
        await refusal('ORCH_STORE_WRITE', integrate())
        workspace.fastForwardParent = real
        store.setFull(false)
      }
      expect(world.project().state, step).to.equal('merging')
      await integrate()
      expect(world.project(), step).to.include({state: 'completed'})
      expect(workspace.refs.get(INTEGRATION), step).to.equal('base+developer')
    }
  })

  it('has a branch that moved since it was verified checked again, and integrates nothing', async () => {
    open({agents: [anAgent({claim: aClaim({verdict: 'holds', head: 'developer'})})]})
    world.workspace.refs.set('refs/heads/orch/demo/developer', 'later')
    await integrate()
    expect(world.project()).to.include({state: 'running'})
    expect(world.agent().claim).to.include({verdict: 'pending'})
    expect(world.workspace.refs.has(INTEGRATION)).to.equal(false)
  })

  it('never moves the branch away from a commit that somebody else put there', async () => {
    open()
    world.workspace.refs.set(INTEGRATION, 'of a person')
    await refusal('ORCH_CLASH', integrate())
    expect(world.workspace.refs.get(INTEGRATION)).to.equal('of a person')
    expect(world.project().state).to.equal('merging')
  })
})
