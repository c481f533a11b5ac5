import {expect} from 'chai'
import type {AgentState, HeldBy} from '@orch/plugin-kit'
import {MessageDelivery} from '../../../src/services/messages/delivery.js'
import {receiptOfCommand, receiptsIn, returnUnreceived} from '../../../src/domain/mailbox.js'
import {withAgent} from '../../../src/domain/project.js'
import {aMessage, aProject, aRun, anAgent} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const REQUEST = {from: 'person', sender: 'person', to: 'a_developer', kind: 'text', text: 'hello'} as const

describe('MessageDelivery', () => {
  let world: World
  let post: MessageDelivery
  let pane: string

  /** A project with one agent that sits before an empty composer. */
  async function open(agent: Partial<Agent> = {}, ...messages: ReturnType<typeof aMessage>[]): Promise<void> {
    world = aWorld()
    const living = await world.terminal.createSession({
      name: 'p_1',
      windowName: 'developer',
      command: {argv: ['fake', 'agent'], cwd: '/', env: {}},
    })
    pane = living.pane
    world.terminal.print(pane, 'welcome\n>')
    await world.store.create(aProject({agents: [anAgent({pane, window: living.window, state: 'idle', ...agent})], messages}))
    post = new MessageDelivery(world)
  }

  const sent = () => world.terminal.sent(pane)
  const pastes = () => sent().filter(({kind}) => kind === 'paste')
  const enters = () => sent().filter(({kind}) => kind === 'keys')
  const receive = (to: 'submitted' | 'acknowledged') =>
    world.recorder.change('p_1', (project, now) => receiptsIn(project, 'a_developer', to, '[orch m_1 from person] hello', now))

  /** Delivers with time passing until it is over. */
  async function deliver(): Promise<void> {
    let over = false
    const delivery = post.deliver('p_1').finally(() => (over = true))
    for (let round = 0; round < 200 && !over; round++) await world.clock.advance(100)
    await delivery
  }

  describe('accept', () => {
    beforeEach(() => open({state: 'working'}))

    it('makes a message durable before it returns', async () => {
      const message = await post.accept('p_1', REQUEST)
      expect(world.message(message.id)).to.include({state: 'accepted', text: 'hello', blockedBy: null})
      expect(world.log.events.at(-1)).to.deep.include({type: 'message.state', agent: 'a_developer'})
      expect(sent()).to.deep.equal([])
    })

    it('fails when it cannot be written, and keeps nothing', async () => {
      world.store.setFull(true)
      await refusal('ORCH_STORE_WRITE', post.accept('p_1', REQUEST))
      expect(world.project().messages).to.deep.equal([])
    })

    it('refuses what nobody should get', async () => {
      await refusal('ORCH_USAGE', post.accept('p_1', {...REQUEST, text: ' \n'}))
      await refusal('ORCH_REFUSED', post.accept('p_1', {...REQUEST, from: 'a_developer'}))
      await world.store.update('p_1', (project) => ({...project, state: 'cancelled'}))
      await refusal('ORCH_CLASH', post.accept('p_1', REQUEST))
    })
  })

  describe('deliver', () => {
    it('writes down the offer, pastes the text with its id, and presses Enter', async () => {
      await open({}, aMessage())
      const delivery = deliver()
      await world.clock.advance(60)
      expect(world.message()).to.include({state: 'offered', offeredTo: 'r_1'})
      await receive('submitted')
      await delivery
      expect(sent()).to.deep.equal([
        {kind: 'paste', text: '[orch m_1 from person] hello'},
        {kind: 'keys', keys: ['Enter']},
      ])
    })

    it('types nothing when the offer cannot be written down', async () => {
      await open({}, aMessage())
      world.store.setFull(true)
      await deliver()
      expect(sent()).to.deep.equal([])
      expect(world.message().state).to.equal('accepted')
    })

    it('delivers in order, each once, however often it is called', async () => {
      await open({}, aMessage(), aMessage({id: 'm_2', text: 'second'}))
      await Promise.all([deliver(), deliver(), deliver()])
      await deliver()
      // Nobody has seen the first arrive: the second might come before it.
      expect(pastes()).to.deep.equal([{kind: 'paste', text: '[orch m_1 from person] hello'}])
      await world.recorder.change('p_1', (project, now) =>
        receiptsIn(project, 'a_developer', 'submitted', '[orch m_1 from person] hello', now),
      )
      await Promise.all([deliver(), deliver(), deliver()])
      expect(pastes().slice(1)).to.deep.equal([{kind: 'paste', text: '[orch m_2 from person] second'}])
    })

    it('never pastes twice into one run, though no receipt comes', async () => {
      await open({}, aMessage())
      await deliver()
      await deliver()
      expect(world.message().state).to.equal('offered')
      expect(pastes()).to.have.length(1)
    })

    it('offers to the next run what the last one had no receipt for', async () => {
      await open({}, aMessage())
      await deliver()
      await world.recorder.change('p_1', (project, now) =>
        returnUnreceived(withAgent(project, {...project.agents[0]!, run: aRun({id: 'r_2'})}), 'a_developer', now),
      )
      await deliver()
      expect(pastes()).to.have.length(2)
      expect(world.message()).to.include({state: 'offered', offeredTo: 'r_2'})
    })

    it('presses Enter again while the draft stands, never a second paste, and not for ever', async () => {
      await open({}, aMessage())
      const delivery = post.deliver('p_1')
      await world.clock.advance(60)
      world.terminal.print(pane, '\n> [orch m_1 from person] hello')
      await world.clock.advance(30_000)
      await delivery
      expect(pastes()).to.have.length(1)
      expect(enters()).to.have.length(3)
    })

    it('presses Enter once when the composer is empty again', async () => {
      await open({}, aMessage())
      await deliver()
      expect(enters()).to.have.length(1)
    })

    it('presses no more when the receipt came', async () => {
      await open({}, aMessage())
      const delivery = post.deliver('p_1')
      await world.clock.advance(60)
      world.terminal.print(pane, '\n> [orch m_1 from person] hello')
      await world.clock.advance(3_500)
      await receive('submitted')
      await world.clock.advance(30_000)
      await delivery
      expect(enters()).to.have.length(2)
    })
  })

  describe('holds a message', () => {
    const held = async (blockedBy: HeldBy) => {
      await deliver()
      expect(sent()).to.deep.equal([])
      expect(world.message()).to.include({state: 'accepted', blockedBy})
    }

    for (const [state, blockedBy] of [
      ['starting', 'dialog'],
      ['needs-input', 'dialog'],
      ['limited', 'limit'],
      ['exited', 'dead'],
      ['stopped', 'dead'],
      ['lost', 'dead'],
      ['planned', 'dead'],
    ] as const satisfies readonly (readonly [AgentState, HeldBy])[]) {
      it(`for an agent that is ${state}, by ${blockedBy}`, async () => {
        await open({state}, aMessage())
        await held(blockedBy)
      })
    }

    for (const [screen, blockedBy] of [
      ['\n> half a thought', 'draft'],
      ['\nbusy half a thought', 'draft'],
      ['\ndialog trust', 'dialog'],
      ['\nask permission', 'dialog'],
      ['\nlimit until noon', 'limit'],
      ['\nsomething else', 'mode'],
    ] as const) {
      it(`before the screen ${JSON.stringify(screen)}, by ${blockedBy}`, async () => {
        await open({}, aMessage())
        world.terminal.print(pane, screen)
        await held(blockedBy)
      })
    }

    it('while a person types in the window, and for ten seconds after', async () => {
      await open({}, aMessage())
      world.terminal.setClientActivity(world.agent().window!, world.clock.now() - 9_000)
      await deliver()
      expect(world.message()).to.include({state: 'accepted', blockedBy: 'person'})
      await world.clock.advance(1_000)
      await deliver()
      expect(pastes()).to.have.length(1)
    })

    it('for an agent that is about to begin: its first prompt may take the composer with it', async () => {
      await open({state: 'ready'}, aMessage())
      await world.recorder.change('p_1', (project, at) => {
        const evidence = {source: 'hook', what: 'SessionStart', at} as const
        return {project: withAgent(project, {...project.agents[0]!, evidence}), events: []}
      })
      await held('dialog')
      // One that never says that it began is not left without its messages.
      await world.clock.advance(5_000)
      await deliver()
      expect(pastes()).to.have.length(1)
    })

    it('of an agent without a pane or a run, or of a kind nobody drives', async () => {
      for (const without of [{pane: null}, {run: null}, {kind: 'unheard-of'}] as const) {
        await open(without, aMessage())
        await held('dead')
      }
    })

    it('without a revision for each look', async () => {
      await open({state: 'limited'}, aMessage())
      await deliver()
      const {revision} = world.project()
      await deliver()
      expect(world.project().revision).to.equal(revision)
    })

    it('and offers it to a busy composer that is empty', async () => {
      await open({state: 'working'}, aMessage())
      world.terminal.print(pane, '\nbusy')
      await deliver()
      expect(pastes()).to.have.length(1)
      expect(world.message().blockedBy).to.equal(null)
    })
  })

  describe('takes a message back', () => {
    for (const [what, act, blockedBy] of [
      ['the pane died', () => world.terminal.end(pane), 'dead'],
      ['the pane went into a mode', () => world.terminal.setInMode(pane, true), 'mode'],
    ] as const) {
      it(`when ${what} between the look and the paste`, async () => {
        await open({}, aMessage())
        const change = world.recorder.change.bind(world.recorder)
        // The offer is the last thing before the paste.
        world.recorder.change = async (id, work) => {
          const project = await change(id, work)
          if (project.messages[0]!.state === 'offered') act()
          return project
        }
        await deliver()
        expect(pastes()).to.deep.equal([])
        expect(world.message()).to.include({state: 'accepted', blockedBy, offeredTo: null})
      })
    }
  })

  it('holds a message when the pane is gone', async () => {
    await open({}, aMessage())
    await world.terminal.killWindow(world.agent().window!)
    await deliver()
    expect(world.message()).to.include({state: 'accepted', blockedBy: 'dead'})
  })

  it('holds it while the pane is in a mode, and never moves it for that', async () => {
    await open({}, aMessage())
    world.terminal.setInMode(pane, true)
    await deliver()
    expect(world.message()).to.include({state: 'accepted', blockedBy: 'mode', offers: 0})
    const {revision} = world.project()
    await deliver()
    expect(world.project().revision).to.equal(revision)
    world.terminal.setInMode(pane, false)
    await deliver()
    expect(pastes()).to.have.length(1)
  })

  it('says since when it is held, and not anew at each look', async () => {
    await open({}, aMessage())
    world.terminal.print(pane, '\n> half a thought')
    await deliver()
    const {blockedSince} = world.message()
    await world.clock.advance(60_000)
    await deliver()
    expect(world.message().blockedSince).to.equal(blockedSince)
  })

  it('gives a long text as a file and one line', async () => {
    await open()
    const text = `${'long '.repeat(1_000)}end`
    const {id} = await post.accept('p_1', {...REQUEST, text})
    await deliver()
    const [paste] = pastes() as {text: string}[]
    const file = `/state/projects/p_1/mail/${id}.md`
    expect(paste!.text).to.include(file).and.to.have.length.below(500)
    expect(await world.files.readText(file)).to.equal(text)
    expect(world.message(id).text).to.have.length.below(500)
  })

  it('presses no Enter into a dialog that came up after the look', async () => {
    await open({}, aMessage())
    const paste = world.terminal.paste.bind(world.terminal)
    world.terminal.paste = async (...words) => {
      const outcome = await paste(...words)
      world.terminal.print(pane, '\nask permission')
      return outcome
    }
    await deliver()
    expect([pastes().length, enters().length]).to.deep.equal([1, 0])
  })

  it('types a slash command, and takes what the agent says of it for its receipt', async () => {
    await open({}, aMessage({kind: 'command', text: '/compact'}))
    await deliver()
    expect(sent()).to.deep.equal([
      {kind: 'text', text: '/compact'},
      {kind: 'keys', keys: ['Enter']},
    ])
    await world.recorder.change('p_1', (project, now) => receiptOfCommand(project, 'a_developer', 'acknowledged', '/compact', now))
    expect(world.message().state).to.equal('acknowledged')
  })

  it('gives what is urgent first, what is low together and late, and no more than four without a receipt', async () => {
    const low = ['m_3', 'm_4'].map((id) => aMessage({id, priority: 'low', from: 'a_tester', sender: 'tester'}))
    await open({}, aMessage(), ...low, aMessage({id: 'm_2', priority: 'urgent'}))
    const delivery = post.deliver('p_1')
    await world.clock.advance(100)
    await world.recorder.change('p_1', (project, now) =>
      receiptsIn(project, 'a_developer', 'submitted', '[orch m_2 from person] [urgent] hello', now),
    )
    await world.clock.advance(29_000)
    await delivery
    expect(pastes().map((sent) => (sent as {text: string}).text)).to.deep.equal([
      '[orch m_2 from person] [urgent] hello',
      '[orch m_1 from person] hello',
    ])
    await world.clock.advance(1_000)
    await deliver()
    expect((pastes()[2] as {text: string}).text).to.equal('[orch m_3 from tester] hello\n[orch m_4 from tester] hello')
  })

  it('gives a message up that five runs left unread, and takes a late receipt for what it is', async () => {
    await open({}, aMessage())
    for (let run = 1; run <= 5; run++) {
      await world.store.update('p_1', (project) => withAgent(project, {...project.agents[0]!, run: aRun({id: `r_${run}`})}))
      await deliver()
      await world.recorder.change('p_1', (project, now) => returnUnreceived(project, 'a_developer', now))
    }
    expect(world.message()).to.include({state: 'dead', offers: 5})
    await receive('acknowledged')
    expect(world.message().state).to.equal('acknowledged')
  })
})
