import {expect} from 'chai'
import {MessageDelivery} from '../../../src/services/messages/delivery.js'
import {DeliveryRecovery} from '../../../src/services/messages/recover-deliveries.js'
import {EPOCH, aMessage, aProject, aRun, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'
import type {Message} from '../../../src/domain/model/message.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const OFFERED = {state: 'offered', offeredTo: 'r_1', offeredAt: EPOCH - 1} as const

describe('DeliveryRecovery', () => {
  let world: World
  let pane: string
  let post: MessageDelivery
  let offers: DeliveryRecovery

  async function open(screen: string, message: Partial<Message> = {}, agent: Partial<Agent> = {}): Promise<void> {
    world = aWorld()
    post = new MessageDelivery(world)
    offers = new DeliveryRecovery({...world, post})
    const command = {argv: ['fake-agent', 'x'], cwd: '/', env: {}}
    pane = (await world.terminal.createSession({name: 'p_1', windowName: 'developer', command})).pane
    world.terminal.print(pane, screen)
    await world.store.create(aProject({agents: [anAgent({pane, run: aRun(), ...agent})], messages: [aMessage({...OFFERED, ...message})]}))
  }

  /** @param ms since this supervisor started */
  async function settle(ms = 3_000): Promise<void> {
    await world.clock.advance(ms)
    await offers.tick(world.project())
  }

  it('that were never pasted are offered again', async () => {
    await open('welcome\n>')
    await settle()
    expect(world.message()).to.include({state: 'accepted', offeredTo: null})
  })

  it('that stand in the composer are sent off, not pasted again', async () => {
    await open('welcome\n> [orch m_1 from person] hello')
    await settle()
    expect(world.terminal.sent(pane)).to.deep.equal([{kind: 'keys', keys: ['Enter']}])
    expect(world.message().state).to.equal('offered')
  })

  it('that an older generation of the record knows as accepted only, and that are the draft, are sent off', async () => {
    await open('welcome\n> [orch m_1 from person] hello', {
      state: 'accepted',
      offeredTo: null,
      offeredAt: null,
      blockedBy: 'draft',
      acceptedAt: EPOCH - 1,
    })
    await settle()
    expect(world.terminal.sent(pane)).to.deep.equal([{kind: 'keys', keys: ['Enter']}])
    expect(world.message()).to.include({state: 'offered', offeredTo: 'r_1'})
    await settle(15_000)
    expect(world.terminal.sent(pane), 'an Enter may be swallowed').to.have.length(2)
  })

  it('leave the draft of a person alone', async () => {
    await open('welcome\n> I think [orch m_1 from person]', {state: 'accepted', blockedBy: 'draft', acceptedAt: EPOCH - 1})
    await settle()
    expect(world.terminal.sent(pane)).to.deep.equal([])
  })

  for (const [what, left, keys] of [
    ['was read by this run', {state: 'acknowledged', offeredTo: 'r_1'}, 1],
    ['was read by an earlier run', {state: 'acknowledged', offeredTo: 'r_0'}, 0],
    ['has no receipt yet', {state: 'submitted', offeredTo: 'r_1'}, 0],
  ] as const) {
    it(`${keys ? 'take' : 'never take'} out of the composer what ${what} and keeps them out`, async () => {
      await open('welcome\n> [orch m_0 from person] again', {state: 'accepted', blockedBy: 'draft', acceptedAt: EPOCH - 1})
      const messages = [aMessage({id: 'm_0', text: 'again', offeredAt: EPOCH - 5, ...left}), world.message()]
      await world.store.update('p_1', (project) => ({...project, messages}))
      await settle()
      expect(world.terminal.sent(pane)).to.deep.equal(keys ? [{kind: 'keys', keys: ['C-u']}] : [])
    })
  }

  it('leave what was read in the composer when a person came to the window since', async () => {
    await open('welcome\n> [orch m_0 from person] again', {state: 'accepted', blockedBy: 'draft', acceptedAt: EPOCH - 1}, {window: '@1'})
    const read = aMessage({id: 'm_0', text: 'again', state: 'acknowledged', offeredTo: 'r_1', offeredAt: EPOCH - 5})
    await world.store.update('p_1', (project) => ({...project, messages: [read, ...project.messages]}))
    world.terminal.setClientActivity('@1', EPOCH - 1)
    await settle()
    expect(world.terminal.sent(pane)).to.deep.equal([])
  })

  describe('and a draft that keeps them out', () => {
    const HELD = {state: 'accepted', blockedBy: 'draft', acceptedAt: EPOCH - 1, offeredTo: null, offeredAt: null} as const
    const READ = {id: 'm_0', state: 'acknowledged', offeredTo: 'r_1', acceptedAt: EPOCH - 9, offeredAt: EPOCH - 5} as const
    const CLEARED = [{kind: 'keys', keys: ['C-u']}]
    const ENTERED = [{kind: 'keys', keys: ['Enter']}]

    async function openWith(draft: string, ...before: readonly Partial<Message>[]): Promise<void> {
      await open(`welcome\n> ${draft}`, HELD, {window: '@1'})
      world.driver.standsFor = (seen, text) => seen === '[Pasted]' && text.includes('\n')
      const messages = [...before.map((message) => aMessage({...READ, ...message})), world.message()]
      await world.store.update('p_1', (project) => ({...project, messages}))
    }

    for (const [what, draft, left] of [
      ['wrapped in its middle', '[orch m_ 0 from per son] two  wor ds', {text: 'two words'}],
      ['cut at its end, as keys cleared it', '[orch m_0 from person] two', {text: 'two\nlines'}],
      ['with signs a terminal shows in another form', '[orch m_0 from person] é ␇ x', {text: 'e\u0301 \u0007 x'}],
      ['behind the mark of a paste', '[Pasted]', {text: 'two\nlines'}],
      ['that is a command', '/compact', {kind: 'command', text: '/compact'}],
      ['given back before its receipt came', '[orch m_0 from person] again', {text: 'again', offeredTo: null, offeredAt: null}],
      ['that expired in it', '[orch m_0 from person] again', {text: 'again', state: 'expired'}],
      ['that was given up', '[orch m_0 from person] again', {text: 'again', state: 'dead'}],
    ] as const satisfies readonly (readonly [string, string, Partial<Message>])[]) {
      it(`take out what was read, ${what}`, async () => {
        await openWith(draft, left)
        await settle()
        expect(world.terminal.sent(pane)).to.deep.equal(CLEARED)
        expect(world.message('m_1')).to.include({state: 'accepted'})
      })
    }

    it('take out several that were read', async () => {
      await openWith('[orch m_0 from person] one [orch m_9 from person] two', {text: 'one'}, {id: 'm_9', text: 'two'})
      await settle()
      expect(world.terminal.sent(pane)).to.deep.equal(CLEARED)
    })

    for (const [what, draft, left] of [
      ['has words of somebody else behind it', '[orch m_0 from person] again and more', {text: 'again'}],
      ['has words of somebody else in it', '[orch m_0 from person] not again', {text: 'again'}],
      ['is a mark of something else', '[Pasted]', {text: 'one line'}],
      ['is no more than its beginning', '[orch m_', {text: 'again'}],
      ['was written to somebody else', '[orch m_0 from person] again', {text: 'again', to: 'a_tester'}],
    ] as const satisfies readonly (readonly [string, string, Partial<Message>])[]) {
      it(`leave a draft alone that ${what}`, async () => {
        await openWith(draft, left)
        await settle(60_000)
        expect(world.terminal.sent(pane)).to.deep.equal([])
      })
    }

    it('leave even a mark alone when a person came to the window since', async () => {
      await openWith('[Pasted]', {text: 'two\nlines'})
      world.terminal.setClientActivity('@1', EPOCH - 5)
      await settle()
      expect(world.terminal.sent(pane)).to.deep.equal([])
    })

    it('send off what was queued and not read, once nothing is under way', async () => {
      await openWith('[Pasted]', {text: 'two\nlines', state: 'submitted', submittedAt: EPOCH - 4})
      await settle(14_000)
      expect(world.terminal.sent(pane), 'its receipt may come yet').to.deep.equal([])
      world.terminal.print(pane, '\nbusy [Pasted]')
      await settle(1_000)
      expect(world.terminal.sent(pane), 'a turn is under way').to.deep.equal([])
      world.terminal.print(pane, '\n> [Pasted]')
      await settle(0)
      expect(world.terminal.sent(pane)).to.deep.equal(ENTERED)
    })
  })

  it('that stand behind the mark of a paste are sent off', async () => {
    await open('welcome\n> [Pasted]', {text: 'two\nlines'})
    world.driver.standsFor = (draft, text) => draft === '[Pasted]' && text.includes('\n')
    await settle()
    expect(world.terminal.sent(pane)).to.deep.equal([{kind: 'keys', keys: ['Enter']}])
    expect(world.message().state).to.equal('offered')
  })

  it('that the conversation shows are left to their receipt', async () => {
    await open('you: [orch m_1 from person] hello\nbusy')
    await settle()
    expect(world.terminal.sent(pane)).to.deep.equal([])
    expect(world.message().state).to.equal('offered')
  })

  it('that a narrow pane breaks over two lines are seen', async () => {
    await open('you: [orch m_\n1 from person] hello\n>')
    await settle()
    expect(world.message().state).to.equal('offered')
  })

  it('that are commands are known by their words', async () => {
    await open('> /compact\n>', {kind: 'command', text: '/compact'})
    await settle()
    expect(world.message().state).to.equal('offered')
    world.terminal.print(pane, '\n> /compact')
    await settle(0)
    expect(world.terminal.sent(pane)).to.deep.equal([{kind: 'keys', keys: ['Enter']}])
  })

  it('may still arrive for a while', async () => {
    await open('welcome\n>')
    await settle(2_999)
    expect(world.message().state).to.equal('offered')
  })

  for (const [what, message, agent] of [
    ['to an earlier run', {offeredTo: 'r_0'}, {}],
    ['to an agent that is starting', {}, {state: 'starting'}],
    ['to an agent that ended', {}, {state: 'exited'}],
    ['to an agent without a pane', {}, {pane: null}],
    ['that have their receipt', {state: 'submitted'}, {}],
  ] as const satisfies readonly (readonly [string, Partial<Message>, Partial<Agent>])[]) {
    it(`${what} are left alone`, async () => {
      await open('welcome\n>', message, agent)
      const before = world.project()
      await settle()
      expect(world.project()).to.equal(before)
      expect(world.terminal.sent(pane)).to.deep.equal([])
    })
  }

  describe('of this supervisor', () => {
    /** Delivers it for real, and a dialog comes up at the paste. */
    async function meetDialog(): Promise<void> {
      await open('welcome\n>', {state: 'accepted', offeredTo: null, offeredAt: null}, {state: 'idle'})
      const paste = world.terminal.paste.bind(world.terminal)
      world.terminal.paste = async (...words) => {
        const outcome = await paste(...words)
        world.terminal.print(pane, '\nask permission')
        return outcome
      }
      const delivery = post.deliver('p_1')
      await world.clock.advance(1_000)
      await delivery
      expect(world.message().state).to.equal('offered')
    }
    const keys = () => world.terminal.sent(pane).filter(({kind}) => kind === 'keys')

    it('that a dialog took for keys are offered again, once it is answered', async () => {
      await meetDialog()
      await settle(15_000)
      expect(world.message().state, 'nobody sees what is under it').to.equal('offered')
      world.terminal.print(pane, '\n>')
      await settle(0)
      expect(world.message()).to.include({state: 'accepted', offeredTo: null})
    })

    it('that a dialog covered are sent off', async () => {
      await meetDialog()
      world.terminal.print(pane, '\n> [orch m_1 from person] hello')
      await settle(15_000)
      expect(keys()).to.deep.equal([{kind: 'keys', keys: ['Enter']}])
    })

    it('may be before an agent that is slow, whatever it did meanwhile', async () => {
      await open('welcome\n>', {offeredAt: EPOCH}, {state: 'idle', evidence: {source: 'hook', what: 'Stop', at: EPOCH + 10_000}})
      await settle(60_000)
      expect(world.message().state).to.equal('offered')
    })

    it('are lost when something that was offered to the run later has a receipt', async () => {
      await open('welcome\n>', {offeredAt: EPOCH})
      const later = aMessage({id: 'm_2', ...OFFERED, offeredAt: EPOCH + 1})
      await world.store.update('p_1', (project) => ({...project, messages: [...project.messages, later]}))
      await settle(15_000)
      expect(world.message().state).to.equal('offered')
      await world.store.update('p_1', (project) => ({
        ...project,
        messages: project.messages.map((message) =>
          message.id === 'm_2' ? {...message, state: 'submitted', submittedAt: EPOCH + 2} : message,
        ),
      }))
      await settle(0)
      expect(world.message().state).to.equal('accepted')
    })

    describe('that its composer dropped', () => {
      const TYPED = {kind: 'text', text: '.'}
      const CLEARED = {kind: 'keys', keys: ['C-u']}
      const REST = {state: 'idle', window: '@1'} as const

      it('are offered again once a sign typed later was read, and reach it', async () => {
        await open('welcome\n>', {state: 'accepted', offeredTo: null, offeredAt: null}, REST)
        const delivery = post.deliver('p_1')
        await world.clock.advance(5_000)
        await delivery
        expect(world.message().state).to.equal('offered')
        await settle(15_000)
        expect(world.terminal.sent(pane).at(-1)).to.deep.equal(TYPED)
        expect(world.message().state, 'it may not have read so far').to.equal('offered')
        world.terminal.print(pane, '\n> .')
        await settle(1_000)
        expect(world.terminal.sent(pane).at(-1)).to.deep.equal(CLEARED)
        expect(world.message().state).to.equal('accepted')
        world.terminal.print(pane, '\n>')
        const again = post.deliver('p_1')
        await world.clock.advance(5_000)
        await again
        expect(world.terminal.sent(pane).filter(({kind}) => kind === 'paste')).to.have.length(2)
        expect(world.message()).to.include({state: 'offered', offers: 2})
      })

      it('are sent off when they come after all, with the sign behind them', async () => {
        await open('welcome\n>', {offeredAt: EPOCH}, REST)
        await settle(15_000)
        world.terminal.print(pane, '\n> [orch m_1 from person] hello.')
        await settle(1_000)
        expect(world.terminal.sent(pane)).to.deep.equal([TYPED, {kind: 'keys', keys: ['Enter']}])
        expect(world.message().state).to.equal('offered')
      })

      for (const [what, screen, agent, activity] of [
        ['it is at work', '>', {...REST, state: 'working'}, null],
        ['something is under way on its screen', 'busy', REST, null],
        ['a person is in its window', '>', REST, EPOCH + 10_000],
      ] as const satisfies readonly (readonly [string, string, Partial<Agent>, number | null])[]) {
        it(`are not asked for while ${what}`, async () => {
          await open(`welcome\n${screen}`, {offeredAt: EPOCH}, agent)
          if (activity !== null) world.terminal.setClientActivity('@1', activity)
          await settle(15_000)
          expect(world.terminal.sent(pane)).to.deep.equal([])
        })
      }

      it('are asked for once in a while, not at each look', async () => {
        await open('welcome\n>', {offeredAt: EPOCH}, REST)
        await settle(15_000)
        await settle(14_000)
        expect(world.terminal.sent(pane)).to.deep.equal([TYPED])
        await settle(1_000)
        expect(world.terminal.sent(pane)).to.deep.equal([TYPED, TYPED])
      })

      for (const [activity, sent] of [
        [null, [CLEARED]],
        [EPOCH, []],
      ] as const) {
        it(`leave a sign of a supervisor that died ${activity === null ? 'to be cleared' : 'when it may be a person’s'}`, async () => {
          await open(
            'welcome\n> ..',
            {state: 'accepted', blockedBy: 'draft', acceptedAt: EPOCH - 1, offeredAt: null, offeredTo: null},
            REST,
          )
          if (activity !== null) world.terminal.setClientActivity('@1', activity)
          await settle()
          expect(world.terminal.sent(pane)).to.deep.equal(sent)
        })
      }
    })

    it('wait for their receipt', async () => {
      await meetDialog()
      world.terminal.print(pane, '\n>')
      await settle(13_000)
      expect(world.message().state).to.equal('offered')
    })

    it('are left to a delivery that is under way', async () => {
      await meetDialog()
      world.terminal.print(pane, '\n>')
      let over = () => {}
      const delivery = post.unlessDelivering('p_1', 'a_developer', () => new Promise((resolve) => (over = resolve)))
      await settle(15_000)
      expect(world.message().state).to.equal('offered')
      over()
      await delivery
      await settle(0)
      expect(world.message().state).to.equal('accepted')
    })
  })
})
