import {expect} from 'chai'
import {DEFAULT_MESSAGE_POLICY} from '../../../src/domain/routing.js'
import {Claims} from '../../../src/services/claims/claims.js'
import {WorkLeftBehind} from '../../../src/services/verification/work-left-behind.js'
import {aClaim, aProject, anAgent, someOptions} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

describe('Claims', () => {
  let world: World
  let claims: Claims

  async function open(agent: Partial<Agent> = {}): Promise<void> {
    world = aWorld({projects: [aProject({agents: [anAgent({claim: aClaim(), ...agent})]})]})
    world.workspace.commit(world.agent().worktree, world.agent().branch, 'c1')
    claims = new Claims({...world, leftBehind: new WorkLeftBehind(world)})
  }

  const check = () => claims.check(world.project(), world.agent())
  const claim = () => world.agent().claim!
  const facts = (changes: object) => {
    const {worktree} = world.agent()
    world.workspace.worktrees.set(worktree, {...world.workspace.worktrees.get(worktree)!, ...changes})
  }

  describe('claim', () => {
    it('is recorded as pending; a later one replaces it', async () => {
      await open({claim: null})
      await claims.claim('p_1', 'a_developer', {message: 'first', evidence: ['npm test']})
      expect(claim()).to.deep.equal({message: 'first', evidence: ['npm test'], at: world.clock.now(), verdict: 'pending', reason: null})
      world.clock.jump(1)
      await claims.claim('p_1', 'a_developer', {message: 'second', evidence: []})
      expect(claim()).to.include({message: 'second', at: world.clock.now()})
      expect(world.log.events.map(({type}) => type)).to.deep.equal(['claim', 'claim'])
    })

    it('made again with its key is the same claim, also when it was judged meanwhile', async () => {
      await open({claim: null})
      await claims.claim('p_1', 'a_developer', {message: 'done', evidence: [], key: 'c_1'})
      await claims.check(world.project(), world.agent())
      const {revision} = world.project()
      await claims.claim('p_1', 'a_developer', {message: 'done', evidence: [], key: 'c_1'})
      expect(world.project().revision).to.equal(revision)
      await claims.claim('p_1', 'a_developer', {message: 'done', evidence: [], key: 'c_2'})
      expect(claim().verdict).to.equal('pending')
    })

    it('is copied to the hub where the policy says so', async () => {
      const messagePolicy = {...DEFAULT_MESSAGE_POLICY, hub: {role: 'orchestrator', copies: ['claim']}}
      const agents = [anAgent({role: 'orchestrator', owes: 'nothing'}), anAgent({claim: null})]
      world = aWorld({projects: [aProject({agents, options: someOptions({messagePolicy})})]})
      claims = new Claims({...world, leftBehind: new WorkLeftBehind(world)})
      await claims.claim('p_1', 'a_developer', {message: 'the parser stands', evidence: []})
      expect(world.project().messages[0]).to.include({to: 'a_orchestrator', from: 'a_developer', kind: 'claim', priority: 'low'})
    })

    it('of a finished project is refused', async () => {
      await open()
      await world.store.update('p_1', (project) => ({...project, state: 'completed'}))
      await refusal('ORCH_CLASH', claims.claim('p_1', 'a_developer', {message: 'late', evidence: []}))
    })
  })

  describe('check', () => {
    it('upholds a clean worktree with a commit on the right branch', async () => {
      await open()
      await check()
      expect(claim()).to.include({verdict: 'holds', reason: null})
      expect(world.agent().rejections).to.equal(0)
      expect(world.log.events.map(({type, data}) => [type, data['verdict']])).to.deep.equal([['verdict', 'holds']])
    })

    for (const [what, changes, reason] of [
      ['changed files', {changed: ['src/a.ts']}, 'src/a.ts'],
      ['untracked files', {untracked: ['notes.md']}, 'notes.md'],
      ['no commit', {ahead: []}, 'no commit'],
      ['another branch', {branch: 'main'}, 'on main instead of orch/demo/developer'],
      ['a detached HEAD', {branch: null}, 'a detached HEAD'],
      ['very many files', {untracked: Array.from({length: 40}, (_, index) => `f${index}`)}, '40 paths'],
    ] as const) {
      it(`sends a claim with ${what} back, with the reason`, async () => {
        await open()
        facts(changes)
        await check()
        expect(claim().verdict).to.equal('rejected')
        expect(claim().reason).to.include(reason)
        expect(world.agent().rejections).to.equal(1)
        const [message] = world.project().messages
        expect(message).to.include({from: 'orch', to: 'a_developer', kind: 'verdict', state: 'accepted'})
        expect(message!.text).to.include(reason).and.include('orch done')
        expect(message!.text.length).to.be.lessThan(1000)
      })
    }

    it('of a report holds, and says what nobody merges of the work beside it', async () => {
      await open({owes: 'report'})
      facts({untracked: ['tests.js']})
      world.workspace.hidden.set(world.agent().worktree, [{kind: 'left', items: ['abc']}])
      await check()
      const remarks = ['new files that are not committed: tests.js', 'commits on a detached HEAD: abc']
      expect(claim()).to.deep.include({verdict: 'holds', remarks})
      expect(world.log.events.at(-1)!.data).to.deep.equal({verdict: 'holds', remarks})
    })

    it('asks a report for words, also when its worktree is gone', async () => {
      await open({owes: 'report'})
      world.workspace.worktrees.clear()
      await check()
      expect(claim().verdict).to.equal('holds')
      await open({owes: 'report', claim: aClaim({message: '  '})})
      await check()
      expect(claim()).to.include({verdict: 'rejected', reason: 'the report is empty'})
    })
  })

  describe('a newer claim', () => {
    const newer = aClaim({message: 'newer', at: 1})

    it('is left alone by the verdict on an older one', async () => {
      await open()
      const agent = world.agent()
      const project = world.project()
      await world.store.update('p_1', (before) => ({...before, agents: [{...agent, claim: newer}]}))
      facts({ahead: []})
      await claims.check(project, agent)
      expect(claim()).to.deep.equal(newer)
      expect(world.agent().rejections).to.equal(0)
      expect(world.project().messages).to.deep.equal([])
      facts({ahead: [{sha: 'c', subject: 's'}]})
      await claims.check(project, agent)
      expect(claim()).to.deep.equal(newer)
    })
  })
})
