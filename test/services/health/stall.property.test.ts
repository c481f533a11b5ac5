import {expect} from 'chai'
import fc from 'fast-check'
import type {AgentState} from '@orch/plugin-kit'
import {BY_PERSON, evidenceOf} from '../../../src/domain/actor.js'
import {AGENT_TRANSITIONS, isAlive, isPastStart} from '../../../src/domain/agent-states.js'
import {moveAgent} from '../../../src/domain/agent.js'
import {requestApproval} from '../../../src/domain/request.js'
import {upholdClaim, rejectClaim} from '../../../src/domain/claim.js'
import {withEveryCheckIn} from '../../../src/domain/check-in.js'
import {accept} from '../../../src/domain/mailbox.js'
import {isOpen, newMessage} from '../../../src/domain/message.js'
import {needsOf} from '../../../src/domain/need.js'
import {nextEventOf} from '../../../src/domain/next-event.js'
import {nextStep} from '../../../src/domain/next-step.js'
import {isFinished} from '../../../src/domain/project-states.js'
import {moveProject, withAgent} from '../../../src/domain/project.js'
import {resume} from '../../../src/domain/resume.js'
import {createHealth} from '../../../src/services/health/index.js'
import {Restarts} from '../../../src/services/agents/restarts.js'
import {Requests} from '../../../src/services/requests/requests.js'
import {CheckIns} from '../../../src/services/check-ins/check-ins.js'
import {MessageExpiry} from '../../../src/services/messages/expiry.js'
import {aClaim, anAgent, aProject} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const MINUTE = 60_000
const STORIES = 60
/** Minutes within which a person is asked after the last agent fell silent: question, reminders, hub, with a report in between. */
const PATIENCE = 300

const DEEDS = ['stop', 'work', 'dialog', 'answer', 'limit', 'exit', 'claim', 'ask', 'ask person', 'question', 'check-in', 'report'] as const
const PERSONS_DEEDS = ['pause', 'resume', 'stop agent', 'send'] as const

interface Scene {
  readonly deed: (typeof DEEDS)[number] | (typeof PERSONS_DEEDS)[number]
  readonly agent: number
  readonly minutes: number
}

const scene: fc.Arbitrary<Scene> = fc.record({
  deed: fc.oneof({weight: 9, arbitrary: fc.constantFrom(...DEEDS)}, {weight: 2, arbitrary: fc.constantFrom(...PERSONS_DEEDS)}),
  agent: fc.nat(2),
  minutes: fc.nat(8),
})
const story = fc.record({
  scenes: fc.array(scene, {minLength: 3, maxLength: 25}),
  // Whether the merged work holds when it is verified, one after the other.
  verdicts: fc.infiniteStream(fc.boolean()),
})

/** A team with everything that watches over it; what starts, delivers and verifies is played. */
class Stage {
  readonly world: World = aWorld()
  readonly #sweeps: readonly (() => Promise<unknown>)[]
  readonly #verdicts: Iterator<boolean>

  constructor(verdicts: Iterator<boolean>) {
    const {world} = this
    this.#verdicts = verdicts
    world.files.isFolder = async () => true
    const watch = {readTranscripts: async () => {}}
    const briefings = {write: async () => '/briefing.md'}
    const terminator = {stop: async (_: string, id: string) => void (await this.#move(id, 'stopped'))}
    const restarts = new Restarts({...world, terminator})
    const screens = {look: async () => new Map()}
    const {health} = createHealth({...world, screens, watch, briefings, restarts})
    const checkIns = new CheckIns({...world, look: async () => {}, question: async () => 'How is it?'})
    const [approvals, mail] = [new Requests(world), new MessageExpiry(world)]
    this.#sweeps = [
      () => health.tick(),
      () => checkIns.tick(this.project),
      () => approvals.tick(this.project),
      () => mail.tick(this.project),
      () => world.limits.tick(),
    ]
  }

  get project(): Project {
    return this.world.project()
  }

  async open(): Promise<void> {
    const agents = [
      anAgent({role: 'orchestrator', owes: 'nothing'}),
      anAgent({role: 'developer'}),
      anAgent({role: 'tester', owes: 'report', mergeAfter: ['developer']}),
    ]
    const made = aProject({agents})
    await this.world.store.create({...made, checkIns: withEveryCheckIn(made, () => this.world.ids.next('s'), this.world.clock.now())})
  }

  /** A minute goes by, in halves. */
  async pass(minutes: number): Promise<void> {
    for (let half = 0; half < minutes * 2 && !this.isOver; half++) {
      await this.world.clock.advance(MINUTE / 2)
      for (const sweep of this.#sweeps) await sweep()
      await this.#run()
      await this.#deliver()
      this.#check()
    }
  }

  get isOver(): boolean {
    return isFinished(this.project.state)
  }

  get needsPerson(): boolean {
    return needsOf(this.project, this.world.clock.now()).length > 0
  }

  /** Every agent ends its turn, and none begins another but to read what it is told. */
  async fallSilent(): Promise<void> {
    for (const {id, state} of this.project.agents) if (isAlive(state) && state !== 'limited') await this.#move(id, 'idle')
  }

  async play({deed, agent: index}: Scene): Promise<void> {
    const {recorder, clock, ids} = this.world
    const {id, role, state} = this.project.agents[index]!
    const other = this.project.agents[(index + 1) % 3]!
    const lives = isPastStart(state)
    const now = clock.now()
    switch (deed) {
      case 'stop':
        return this.#move(id, 'idle')
      case 'work':
      case 'answer':
        return this.#move(id, 'working')
      case 'dialog':
        return this.#move(id, 'needs-input', {waitingFor: {what: 'dialog', until: null, holder: null}})
      case 'limit':
        return this.#move(id, 'limited', {waitingFor: {what: 'limit', until: now + 20 * MINUTE, holder: null, cause: 'plan'}})
      case 'exit':
        return this.#move(id, 'exited', {exitCode: 1})
      case 'claim':
        return lives ? this.#change((project) => withAgent(project, {...this.#agent(id), claim: aClaim({at: now})})) : undefined
      case 'ask':
      case 'ask person': {
        const request = {id: ids.next('q'), from: id, asker: role, question: 'May I?', timeoutMs: 15 * MINUTE, fallback: null}
        const approver = deed === 'ask' ? other.id : 'person'
        if (lives) await recorder.change('p_1', (before) => requestApproval(before, {...request, approver}, ids.next('m'), now))
        return
      }
      case 'question':
      case 'send': {
        const [from, to] = deed === 'send' ? ['person', id] : [id, other.id]
        const letter = {from, sender: from, to, kind: deed === 'send' ? 'text' : 'question', text: 'hello'} as const
        if (lives) await recorder.change('p_1', (before) => accept(before, newMessage(ids.next('m'), letter, now)))
        return
      }
      case 'check-in': {
        const own = {
          id: ids.next('s'),
          agent: id,
          everyMinutes: null,
          nextAt: now + 10 * MINUTE,
          note: 'look',
          by: id,
          misses: 0,
          given: 0,
          seen: null,
        }
        return lives ? this.#change((project) => ({...project, checkIns: [...project.checkIns, own]})) : undefined
      }
      case 'report': {
        const report = {agent: id, topic: 'work', status: 'half done', at: now}
        return this.#change((project) => ({...project, reports: [...project.reports.filter(({agent}) => agent !== id), report]}))
      }
      case 'pause':
        if (this.project.state === 'paused') return
        await recorder.change('p_1', (before) =>
          moveProject(before, 'paused', evidenceOf(BY_PERSON, 'paused', now), {resumeTo: before.resumeTo ?? before.state}),
        )
        return
      case 'resume':
        await recorder.change('p_1', (before) => resume(before, {restartDead: true}, evidenceOf(BY_PERSON, 'resumed', now)))
        return
      case 'stop agent':
        return this.#move(id, 'stopped')
    }
  }

  /** The step of the runner, until it waits. */
  async #run(): Promise<void> {
    const {recorder, clock, ids} = this.world
    for (let steps = 0; steps < 50; steps++) {
      const now = clock.now()
      const step = nextStep(this.project, now)
      const moved = (to: Project['state'], changes: Partial<Project> = {}) =>
        recorder.change('p_1', (before) => moveProject(before, to, {source: 'orch', what: step.do, at: now}, changes))
      switch (step.do) {
        case 'wait':
        case 'nothing':
          return
        case 'start':
          for (const {id, restarts} of step.agents) {
            await this.#move(id, 'starting', {restarts: restarts + 1})
            await this.#move(id, 'ready')
            await this.#move(id, 'working')
          }
          break
        case 'check-claim':
          await recorder.change('p_1', (before) => upholdClaim(before, step.agent.id, step.agent.claim!.at))
          break
        case 'verify':
          if (this.project.state === 'running') await moved('verifying')
          else if (this.#verdicts.next().value === true) await moved('merging')
          else await this.#reject(() => moved('running'))
          break
        case 'merge':
          await moved('completed')
          break
        case 'block':
          await moved('blocked', {reason: step.reason, resumeTo: this.project.state})
          break
        case 'quarantine':
          for (const {id} of step.agents) await this.#move(id, 'quarantined')
          break
        case 'begin':
          await moved('running')
          break
        case 'go-on':
          await moved(step.to, {resumeTo: null})
          break
        case 'prepare':
          throw new Error(`nothing is to be prepared: ${ids.next('x')}`)
      }
    }
    throw new Error('the runner turns in a circle')
  }

  async #reject(back: () => Promise<unknown>): Promise<void> {
    const developer = this.#agent('a_developer')
    const rejection = {
      agent: developer.id,
      claimedAt: developer.claim!.at,
      reason: 'it fails',
      kind: 'verdict',
      messageId: this.world.ids.next('m'),
    } as const
    await this.world.recorder.change('p_1', (before, now) => rejectClaim(before, rejection, now))
    await back()
  }

  /** Whoever can take a message reads it and, unless at work, ends the turn at once. */
  async #deliver(): Promise<void> {
    for (const agent of this.project.agents) {
      const takes = ['ready', 'working', 'idle'].includes(agent.state)
      const open = this.project.messages.filter((message) => message.to === agent.id && isOpen(message))
      if (!takes || open.length === 0) continue
      const now = this.world.clock.now()
      await this.#change((project) => ({
        ...project,
        messages: project.messages.map((message) =>
          open.includes(message) ? {...message, state: 'acknowledged', acknowledgedAt: now} : message,
        ),
      }))
      if (agent.state === 'working') continue
      await this.#move(agent.id, 'working')
      await this.#move(agent.id, 'idle')
    }
  }

  #check(): void {
    const now = this.world.clock.now()
    const next = nextEventOf(this.project, now)
    if (this.isOver) return
    expect(next?.by).to.be.oneOf(['agents', 'orch', 'person'])
    if (next?.by === 'orch') expect(now - next.at!, `overdue: ${next.what}`).to.be.at.most(2 * MINUTE)
  }

  async #move(id: string, to: AgentState, changes: Partial<Agent> = {}): Promise<void> {
    const agent = this.#agent(id)
    const canMove = agent.state === to || AGENT_TRANSITIONS[agent.state].includes(to)
    // A process that has ended reports nothing.
    if (!canMove || (!isAlive(agent.state) && isPastStart(to))) return
    await this.world.recorder.change('p_1', (project, now) => {
      const moved = moveAgent(this.#agent(id), to, {source: 'hook', what: to, at: now}, {waitingFor: null, ...changes})
      return {project: withAgent(project, moved.agent), events: moved.events}
    })
  }

  async #change(change: (project: Project) => Project): Promise<void> {
    await this.world.store.update('p_1', change)
  }

  #agent(id: string): Agent {
    return this.project.agents.find((agent) => agent.id === id)!
  }
}

describe(`a project in ${STORIES} random stories`, function () {
  this.timeout(120_000)

  it('is never stalled in silence, and once its agents fall silent a person is asked within five hours', async () => {
    const property = fc.asyncProperty(story, async ({scenes, verdicts}) => {
      const stage = new Stage(verdicts[Symbol.iterator]())
      await stage.open()
      for (const each of scenes) {
        if (stage.isOver) return
        await stage.play(each)
        await stage.pass(each.minutes)
      }
      for (let minute = 0; minute < PATIENCE; minute += 5) {
        if (stage.isOver || stage.needsPerson) return
        await stage.fallSilent()
        await stage.pass(5)
      }
      expect(stage.needsPerson, JSON.stringify(nextEventOf(stage.project, stage.world.clock.now()))).to.equal(true)
    })
    await fc.assert(property, {numRuns: STORIES, seed: 20_260_701})
  })
})
