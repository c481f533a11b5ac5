import {expect} from 'chai'
import {REQUIRED_PLUGIN, type AwaitPortInput, type GateAnswer, type Wait} from '@orch/plugin-kit'
import {PortGate} from '../../../src/services/oauth/port-gate.js'
import {failureOf, refusal} from '../../support/failure.js'
import {aWorld, WILLING_OWNER, type World} from '../../support/world.js'
import type {GateRequest} from '../../../src/services/oauth/gate-request.js'

describe('PortGate', () => {
  let world: World
  let gate: PortGate
  let asked: AwaitPortInput[]
  let waits: Wait[]
  let attended: boolean
  let abort: AbortController
  let policy: string
  let notes: {type: string; data: Readonly<Record<string, unknown>>}[]

  function open(answer: (input: AwaitPortInput) => GateAnswer | Promise<GateAnswer>, onBusy: 'auto' | 'warn' | 'hold' = 'auto'): void {
    asked = []
    waits = []
    notes = []
    attended = false
    abort = new AbortController()
    world = aWorld({
      plugins: {
        [REQUIRED_PLUGIN]: {
          ...WILLING_OWNER,
          awaitPort: async ({input}) => {
            asked.push(input)
            return answer(input)
          },
        },
      },
    })
    gate = new PortGate(world)
    policy = onBusy
  }

  const note: GateRequest['note'] = (type, data) => notes.push({type, data})

  const request = (changes: Partial<GateRequest> = {}): GateRequest => ({
    port: 3000,
    project: 'p_1',
    agent: 'a_1',
    role: 'developer',
    run: 'r_1',
    reason: 'start',
    asked: {at: world.clock.now(), monotonic: world.clock.monotonic()},
    settings: {onBusy: policy},
    attended: () => attended,
    onWait: (wait) => {
      if (wait) waits.push(wait)
    },
    note,
    signal: abort.signal,
    ...changes,
  })

  /** Lets seconds pass. @returns whether the gate is through by then */
  async function after(pass: Promise<unknown>, ms: number): Promise<boolean> {
    let through = false
    void pass.then(
      () => (through = true),
      () => (through = true),
    )
    await world.clock.advance(ms)
    return through
  }

  const busy =
    (until: (input: AwaitPortInput) => number, overBudget = false) =>
    (input: AwaitPortInput): GateAnswer => ({
      notBefore: until(input),
      why: 'the port is held',
      holder: {pid: 7, command: 'node', cwd: '/x'},
      overBudget,
    })

  it('passes at once when all is clear, and its grant names port and run', async () => {
    open(() => 'clear')
    expect(await gate.pass(request())).to.include({port: 3000, run: 'r_1'})
    expect(asked).to.have.length(1)
    expect(waits).to.deep.equal([])
    expect(world.ledger.calls).to.deep.equal(['lease 3000 r_1'])
  })

  it('tells the owner what it must know', async () => {
    open(() => 'clear')
    await world.ledger.recordKill(3000)
    await gate.pass(request({reason: 'restart', asked: {at: 5, monotonic: -7}}))
    expect(asked[0]).to.deep.include({
      port: 3000,
      agent: 'a_1',
      run: 'r_1',
      reason: 'restart',
      askedAt: 5,
      waitedMs: 7,
      now: world.clock.now(),
    })
    expect(asked[0]!.history).to.deep.include({killedAt: world.clock.now()})
  })

  it('sleeps to the time it was told, and asks again', async () => {
    const start = 1_700_000_000_000
    open(({now}) => (now < start + 30_000 ? {notBefore: start + 30_000, why: 'floor', holder: null} : 'clear'))
    const pass = gate.pass(request())
    expect(await after(pass, 29_999)).to.equal(false)
    expect(asked).to.have.length(1)
    // Told at once, and every 8 s.
    expect(waits.map(({why}) => why)).to.deep.equal(['floor', 'floor', 'floor', 'floor'])
    expect(notes.filter(({type}) => type === 'oauth.wait').map(({data}) => data['waitedMs'])).to.deep.equal([0, 8_000, 16_000, 24_000])
    expect(await after(pass, 1)).to.equal(true)
    expect(asked).to.have.length(2)
  })

  it('asks with T as it was, and the facts as they are', async () => {
    open(({history}) => (history.exitedAt === null ? {notBefore: 0, why: 'w', holder: null} : 'clear'))
    const pass = gate.pass(request())
    await world.clock.advance(100)
    await world.ledger.recordExit(3000)
    expect(await after(pass, 10)).to.equal(true)
    expect(new Set(asked.map(({askedAt}) => askedAt)).size).to.equal(1)
    expect(asked.at(-1)!.history.exitedAt).not.to.equal(null)
  })

  it('does not spin on an answer that lies in the past', async () => {
    open(busy(() => 0))
    const pass = failureOf(gate.pass(request()))
    await world.clock.advance(10)
    expect(asked.length).to.be.within(2, 12)
    abort.abort(new Error('over'))
    await pass
  })

  describe('the start lease', () => {
    it('is waited for while another start has it', async () => {
      open(() => 'clear')
      await gate.pass(request({run: 'r_0'}))
      const pass = gate.pass(request())
      expect(await after(pass, 5_000)).to.equal(false)
      expect(waits[0]!.why).to.include('another agent')
      await gate.release({port: 3000, run: 'r_0', note})
      expect(await after(pass, 500)).to.equal(true)
    })

    it('is one for each port', async () => {
      open(() => 'clear')
      await gate.pass(request({run: 'r_0'}))
      expect(await gate.pass(request({port: 3001}))).to.include({port: 3001})
    })

    it('is inherited by the same run, and given back by it alone', async () => {
      open(() => 'clear')
      await gate.pass(request())
      await gate.pass(request())
      await gate.release({port: 3000, run: 'r_other', note})
      expect((await world.ledger.history(3000)).lease).to.include({run: 'r_1'})
      await gate.release({port: 3000, run: 'r_1', note})
      expect((await world.ledger.history(3000)).lease).to.equal(null)
    })

    it('is not waited for any longer when the caller goes away', async () => {
      open(() => 'clear')
      await gate.pass(request({run: 'r_0'}))
      const pass = failureOf(gate.pass(request()))
      await world.clock.advance(100)
      const reason = new Error('gone')
      abort.abort(reason)
      expect(await pass).to.equal(reason)
      expect(world.ledger.calls).to.deep.equal(['lease 3000 r_0'])
    })
  })

  describe('over its budget', () => {
    const second = ({now}: AwaitPortInput) => now + 1_000

    it('goes on with a warning when the policy is warn', async () => {
      open(busy(second, true), 'warn')
      expect(await gate.pass(request())).to.include({run: 'r_1'})
    })

    it('goes on by itself only while somebody watches', async () => {
      open(busy(second, true), 'auto')
      const pass = gate.pass(request())
      expect(await after(pass, 10_000)).to.equal(false)
      attended = true
      expect(await after(pass, 1_000)).to.equal(true)
    })

    it('holds for ever when the policy is hold, though somebody watches', async () => {
      open(busy(second, true), 'hold')
      attended = true
      const pass = gate.pass(request())
      expect(await after(pass, 3_600_000)).to.equal(false)
      abort.abort(new Error('over'))
      await failureOf(pass)
    })

    it('goes on when a person said so, whatever the policy', async () => {
      open((input) => ({...(busy(second, true)(input) as Wait), overridden: true}), 'hold')
      expect(await gate.pass(request())).to.include({givenUp: 'person'})
    })

    it("goes on when the holder is an agent's own server, which no waiting releases", async () => {
      open((input) => ({...(busy(second, true)(input) as Wait), holder: {pid: 7, command: 'vite', cwd: '/w', run: 'r_9'}}), 'hold')
      expect(await gate.pass(request())).to.include({givenUp: 'agents-server'})
      expect(world.logger.lines.map(({level}) => level)).to.include('warn')
      expect(notes.at(-1)!.data).to.include({givenUp: 'agents-server'})
    })

    it('puts a hold before a person after 10 minutes, once', async () => {
      open(busy(second, true), 'hold')
      const holds: unknown[] = []
      const pass = failureOf(gate.pass(request({onWait: (_wait, hold) => holds.push(hold?.needsYou)})))
      await world.clock.advance(599_000)
      expect(holds).not.to.include(true)
      await world.clock.advance(30_000)
      expect(holds.at(-1)).to.equal(true)
      await world.clock.advance(3_600_000)
      expect(notes.filter(({type}) => type === 'incident')).to.have.length(1)
      abort.abort(new Error('over'))
      await pass
    })

    for (const policy of ['warn', 'auto', 'hold'] as const) {
      it(`is the only wait that ${policy} can give up`, async () => {
        open(busy(second, false), policy)
        attended = true
        const pass = gate.pass(request())
        expect(await after(pass, 60_000)).to.equal(false)
        abort.abort(new Error('over'))
        await failureOf(pass)
      })
    }
  })

  it('is not fooled by a wall clock that is set in the middle of a wait', async () => {
    open(({now, waitedMs}) => (waitedMs < 10_000 ? {notBefore: now + 1_000, why: 'w', holder: null} : 'clear'))
    const pass = gate.pass(request())
    await world.clock.advance(3_000)
    world.clock.jump(-3_600_000)
    expect(await after(pass, 6_500)).to.equal(false)
    world.clock.jump(7_200_000)
    expect(await after(pass, 400)).to.equal(false)
    expect(await after(pass, 500)).to.equal(true)
  })

  it('gives a grant that holds for a second, and not past a kill on its port', async () => {
    open(() => 'clear')
    const grant = await gate.pass(request())
    await world.clock.advance(1_000)
    expect(await grant.isFresh()).to.equal(true)
    await world.clock.advance(1)
    expect(await grant.isFresh()).to.equal(false)
    const next = await gate.confirm(request())
    await world.clock.advance(10)
    await world.ledger.recordKill(3000)
    expect(await next.isFresh()).to.equal(false)
  })

  it('ends a wait with the reason of its signal', async () => {
    open(busy(({now}) => now + 60_000))
    const pass = failureOf(gate.pass(request()))
    await world.clock.advance(10)
    const reason = new Error('cancelled')
    abort.abort(reason)
    expect(await pass).to.equal(reason)
  })

  it('fails closed when the owner throws', async () => {
    open(() => Promise.reject(new Error('broken')))
    await refusal('ORCH_HOOK_FAILED', gate.pass(request()))
  })

  it('fails closed when the owner says nothing', async () => {
    open(() => undefined as unknown as GateAnswer)
    await refusal('ORCH_HOOK_OWNER', gate.pass(request()))
  })

  it('fails closed when the ledger cannot be written', async () => {
    open(() => 'clear')
    const full = new Error('full')
    world.ledger.takeLease = () => Promise.reject(full)
    expect(await failureOf(gate.pass(request()))).to.equal(full)
    expect(asked).to.deep.equal([])
  })

  it('says once for a run that the wait was given up, however often it looks', async () => {
    open(
      busy(({now}) => now + 1_000, true),
      'warn',
    )
    const said = () => notes.filter(({type}) => type === 'oauth.wait').length
    await gate.pass(request())
    expect((await gate.confirm(request())).givenUp).to.equal('policy')
    expect(said()).to.equal(1)
    await gate.release(request())
    await gate.pass(request({run: 'r_2'}))
    expect(said()).to.equal(2)
  })

  it('looks once more before the spawn', async () => {
    let free = true
    open(({now}) => (free ? 'clear' : {notBefore: now + 1_000, why: 'taken meanwhile', holder: null}))
    await gate.pass(request())
    free = false
    const confirm = gate.confirm(request())
    expect(await after(confirm, 5_000)).to.equal(false)
    free = true
    expect(await after(confirm, 1_000)).to.equal(true)
  })
})
