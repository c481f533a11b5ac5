import type {Faults} from './faults.js'
import {Machine, SupervisorLife, type Recorded} from './machine.js'
import type {Happening, Story} from './story.js'
import type {GateRequest} from '../../../src/services/oauth/gate-request.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Agent} from '../../../src/domain/model/agent.js'

type Start = Extract<Happening, {what: 'start'}>

interface Actor {
  readonly index: number
  readonly project: number
  readonly port: number
  state: 'none' | 'waiting' | 'starting' | 'running' | 'exited'
  run: string
  runs: number
  start: Start | null
  asked: GateRequest['asked'] | null
  /** What a supervisor that is down does not know yet. */
  unheard: 'exit' | 'kill' | null
}

/** After the last happening everything comes to its end: holders leave, floors pass. */
const AFTERMATH_MS = 420_000
const SUPERVISORS = 2

/** Plays a story with the real gate, rules and ledger. @returns what was recorded */
export async function play(story: Story, faults: Faults = {}): Promise<Recorded[]> {
  return new Play(story, new Machine(faults)).run()
}

class Play {
  readonly #actors: Actor[]
  readonly #lives: (SupervisorLife | null)[] = []
  readonly #watched = new Set<number>()
  #pids = 100

  constructor(
    readonly story: Story,
    readonly machine: Machine,
  ) {
    const count = story.projects.length * story.agentsPerProject
    this.#actors = Array.from({length: count}, (_, index) => ({
      index,
      project: Math.floor(index / story.agentsPerProject),
      port: 3000 + (index % story.ports),
      state: 'none',
      run: '',
      runs: 0,
      start: null,
      asked: null,
      unheard: null,
    }))
  }

  async run(): Promise<Recorded[]> {
    const {clock} = this.machine
    for (let index = 0; index < SUPERVISORS; index += 1) this.#lives[index] = new SupervisorLife(this.machine, index, ++this.#pids)
    for (const happening of this.story.happenings) {
      await clock.advance(Math.max(0, happening.at - clock.monotonic()))
      await this.#happen(happening)
      await clock.advance(0)
    }
    await clock.advance(AFTERMATH_MS)
    for (const life of this.#lives) life?.stop.abort(new Error('the story is over'))
    await clock.advance(0)
    return this.machine.record
  }

  async #happen(happening: Happening): Promise<void> {
    const {machine} = this
    switch (happening.what) {
      case 'start':
        return this.#askStart(this.#actors[happening.agent]!, happening)
      case 'exit':
      case 'kill':
        return this.#end(this.#actors[happening.agent]!, happening.what)
      case 'hold':
        return machine.hold(3000 + happening.port, happening.ms, happening.by)
      case 'jump':
        return machine.clock.jump(happening.ms)
      case 'attend':
        if (happening.watched) this.#watched.add(happening.project)
        else this.#watched.delete(happening.project)
        return machine.note('world.attend', {project: happening.project, watched: happening.watched})
      case 'override': {
        const actor = this.#actors[happening.agent]!
        const life = this.#lives[actor.project % SUPERVISORS]
        if (life && actor.state === 'waiting') life.rules.override({...subject(actor), run: actor.run})
        return
      }
      case 'crash':
        return this.#crash(happening.supervisor, happening.downMs)
      case 'reboot':
        machine.reboot()
        for (let index = 0; index < SUPERVISORS; index += 1) this.#crash(index, 1_000)
        for (const actor of this.#actors) if (actor.state !== 'waiting') Object.assign(actor, {state: 'none', unheard: null})
    }
  }

  #askStart(actor: Actor, start: Start): void {
    const life = this.#lives[actor.project % SUPERVISORS]
    // Without a supervisor nobody can ask.
    if (!life || (actor.state !== 'none' && actor.state !== 'exited')) return
    actor.runs += 1
    Object.assign(actor, {run: `r_${actor.index}_${actor.runs}`, start, asked: null, state: 'waiting'})
    void this.#launch(life, actor)
  }

  async #launch(life: SupervisorLife, actor: Actor): Promise<void> {
    const {clock, faults} = this.machine
    const start = actor.start!
    const request = this.#request(life, actor)
    this.machine.note('ask', {run: actor.run, port: actor.port, project: actor.project, supervisor: life.index})
    try {
      const passed = await life.gate.pass(request)
      this.machine.note('passed', {run: actor.run, port: actor.port, givenUp: passed.givenUp})
      await clock.sleep(start.prepareMs, request.signal)
      let grant = await life.gate.confirm(request)
      // Other windows of the project are made first.
      await clock.sleep(start.turnMs, request.signal)
      while (!faults.ignoresAge && !(await grant.isFresh())) grant = await life.gate.confirm(request)
      const waitedMs = clock.monotonic() - request.asked.monotonic
      this.machine.note('oauth.start', {run: actor.run, port: actor.port, askedAt: request.asked.at, waitedMs, givenUp: grant.givenUp})
      actor.state = 'starting'
      void this.#becomeReady(actor, actor.run, start.readyMs)
    } catch (error) {
      if (!life.stop.signal.aborted) throw error
    }
  }

  /** The agent's own doing: it goes on whatever becomes of its supervisor. */
  async #becomeReady(actor: Actor, run: string, readyMs: number): Promise<void> {
    await this.machine.clock.sleep(readyMs)
    if (actor.run !== run || actor.state !== 'starting') return
    actor.state = 'running'
    this.machine.note('ready', {run, port: actor.port})
    const life = this.#lives[actor.project % SUPERVISORS]
    if (life) await this.#release(life, actor.port, run)
  }

  async #end(actor: Actor, how: 'exit' | 'kill'): Promise<void> {
    const alive = actor.state === 'starting' || actor.state === 'running'
    if (!alive && !(how === 'kill' && actor.state === 'exited')) return
    actor.state = how === 'exit' ? 'exited' : 'none'
    const life = this.#lives[actor.project % SUPERVISORS]
    if (life) await this.#tell(life, actor, how)
    else actor.unheard = how
  }

  async #tell(life: SupervisorLife, actor: Actor, how: 'exit' | 'kill'): Promise<void> {
    actor.unheard = null
    const {id, project} = record(actor, this.story.projects[actor.project]!)
    await life.contract.ended(project, id, how === 'exit')
  }

  #crash(index: number, downMs: number): void {
    const {machine} = this
    const life = this.#lives[index]
    if (!life) return
    this.#lives[index] = null
    machine.dead.add(life.pid)
    life.stop.abort(new Error('killed'))
    machine.note('world.crash', {supervisor: index})
    const dropped = machine.faults.dropsLease
      ? this.#actors.filter(({state, project}) => state === 'starting' && project % 2 === index)
      : []
    for (const {port, run} of dropped) void this.#release(life, port, run)
    void machine.clock.sleep(downMs).then(() => this.#restart(index))
  }

  /** As a supervisor does: what ended is told, leases of starts that never came to a spawn are given back, the others inherited, starts asked anew. */
  async #restart(index: number): Promise<void> {
    const {machine} = this
    const life = new SupervisorLife(machine, index, ++this.#pids)
    machine.note('world.restart', {supervisor: index})
    const own = this.#actors.filter(({project}) => project % SUPERVISORS === index)
    for (const actor of own) if (actor.unheard) await this.#tell(life, actor, actor.unheard)
    for (const {port, run} of await life.ledger.ownLeases()) {
      const actor = own.find((candidate) => candidate.run === run)
      if (actor?.state === 'starting') await life.gate.inherit(this.#request(life, actor))
      else await this.#release(life, port, run)
    }
    this.#lives[index] = life
    for (const actor of own) if (actor.state === 'waiting') void this.#launch(life, actor)
  }

  async #release(life: SupervisorLife, port: number, run: string): Promise<void> {
    await life.gate.release({port, run, note: (type, data) => this.machine.note(type, data)})
  }

  #request(life: SupervisorLife, actor: Actor): GateRequest {
    const {clock, faults} = this.machine
    const now = {at: clock.now(), monotonic: clock.monotonic()}
    actor.asked = faults.keepsT && actor.asked ? actor.asked : now
    return {
      ...subject(actor),
      run: actor.run,
      reason: 'start',
      asked: actor.asked,
      settings: this.story.projects[actor.project]!,
      attended: () => faults.alwaysWatched === true || this.#watched.has(actor.project),
      onWait: () => {},
      note: (type, data) => this.machine.note(type, data),
      signal: life.stop.signal,
    }
  }
}

function subject({port, index, project}: Actor) {
  return {port, project: `p_${project}`, agent: `a_${index}`, role: 'developer'}
}

function record({index, port, run}: Actor, oauth: Readonly<Record<string, unknown>>): {id: Agent; project: Project} {
  const agent = {id: `a_${index}`, kind: 'fake', oauthPort: port, run: {id: run}, window: '@1'} as unknown as Agent
  return {id: agent, project: {id: 'p', options: {oauth}} as unknown as Project}
}
