import {expect} from 'chai'
import {moveProject} from '../../../src/domain/project.js'
import type {Methods} from '../../../src/rpc/method.js'
import {talkMethods} from '../../../src/rpc/methods/messages.js'
import {MessageDelivery} from '../../../src/services/messages/delivery.js'
import {ProjectFinder} from '../../../src/services/status/find-project.js'
import {MessageArchiver} from '../../../src/services/messages/archive.js'
import {aMessage, aProject, anAgent} from '../../support/builders.js'
import {asAgent, callOf, PERSON} from '../../support/callers.js'
import {difficultTexts} from '../../support/difficult-texts.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Message} from '../../../src/domain/model/message.js'

interface Receipt {
  readonly id: string
  readonly to: string
  readonly state: string
}

const ID = 'm_000001'

describe('messages over the socket', () => {
  let world: World
  let methods: Methods
  let archived: Message[]
  const send = (params: object = {}, caller = PERSON, signal?: AbortSignal) =>
    callOf<Receipt[]>(methods, 'message.send', {id: ID, to: 'developer', text: 'hello', ...params}, caller, signal)
  const texts = () => world.project().messages.map(({to, text}) => `${to}: ${text}`)

  function open(changes: Partial<Project> = {}, ...more: Project[]): void {
    const agents = [anAgent({role: 'orchestrator'}), anAgent(), anAgent({role: 'tester'})]
    world = aWorld({projects: [aProject({agents, ...changes}), ...more]})
    archived = []
    methods = talkMethods({
      ...world,
      post: new MessageDelivery(world),
      archive: new MessageArchiver({...world, archive: {append: async () => {}, read: async () => archived}}),
      rollCall: new ProjectFinder(world.store),
      commandsOf: (kind) => (kind === 'fake' ? ['/compact', '/clear'] : []),
    })
  }
  beforeEach(() => open())

  describe('are sent', () => {
    it('by a person, or by the agent whose token the call has', async () => {
      expect(await send()).to.deep.equal([
        {
          ...{id: ID, to: 'a_developer', state: 'accepted', blockedBy: null, reason: null},
          ...{acceptedAt: world.clock.now(), offeredAt: null, submittedAt: null, acknowledgedAt: null},
        },
      ])
      expect(world.message(ID)).to.include({from: 'person', sender: 'person', kind: 'text', priority: 'normal'})
      await send({id: 'm_000002', replyTo: ID}, asAgent('tester'))
      expect(world.message('m_000002')).to.include({from: 'a_tester', sender: 'tester', cause: ID})
      await refusal('ORCH_INVALID_PARAMS', send({from: 'person'}, asAgent('tester')))
    })

    it('once, however often the call is made', async () => {
      await send()
      expect((await send({text: 'hello again'}))[0]).to.include({id: ID})
      expect(texts()).to.deep.equal(['a_developer: hello'])
    })

    it('to several, each once, with an id of its own', async () => {
      const receipts = await send({to: 'tester,Developer,,a_tester'})
      expect(receipts.map(({id, to}) => [id, to])).to.deep.equal([
        [ID, 'a_tester'],
        [`${ID}1`, 'a_developer'],
      ])
    })

    it('to all but the sender', async () => {
      expect((await send({to: 'all'}, asAgent())).map(({to}) => to)).to.deep.equal(['a_orchestrator', 'a_tester'])
      expect(await send({id: 'm_000002', to: 'all'})).to.have.length(3)
    })

    it('to all of a hundred in one change', async () => {
      open({agents: Array.from({length: 100}, (_, index) => anAgent({role: `role-${index}`}))})
      const {revision} = world.project()
      const receipts = await send({to: 'all'})
      expect(new Set(receipts.map(({id}) => id)).size).to.equal(100)
      expect(receipts.every(({id}) => /^m_[0-9a-z]{6,40}$/.test(id))).to.equal(true)
      expect(world.project().revision).to.equal(revision + 1)
    })

    it('to none when one of several is not known', async () => {
      expect((await refusal('ORCH_NOT_FOUND', send({to: 'tester,designer'}))).remedy).to.include('orchestrator, developer, tester')
      expect(texts()).to.deep.equal([])
    })

    for (const to of ['', ',', 'demo:', 'p_1:,']) {
      it(`not at all when ${JSON.stringify(to)} names nobody`, async () => {
        expect((await refusal('ORCH_USAGE', send({to}))).exit).to.equal(2)
      })
    }

    it('not at all when there is nobody else', async () => {
      open({agents: [anAgent()]})
      await refusal('ORCH_USAGE', send({to: 'all'}, asAgent()))
    })

    it('as they are, whatever they are', async () => {
      for (const [index, text] of difficultTexts('/tmp/never').entries()) {
        const id = `m_difficult${index}`
        await send({id, text})
        const [read] = await callOf<Message[]>(methods, 'message.read', {id}, asAgent())
        expect(read!.text).to.equal(text)
      }
    })

    for (const [what, bad] of [
      ['an id that is none', {id: 'm_1'}],
      ['an id that leads elsewhere', {id: '../../x'}],
      ['a kind that is orch’s own', {kind: 'verdict'}],
      ['an unknown priority', {priority: 'highest'}],
      ['more than a megabyte', {text: 'x'.repeat(1_000_001)}],
      ['a time in the past', {expiresMs: -1}],
    ] as const) {
      it(`not with ${what}`, async () => {
        await refusal('ORCH_INVALID_PARAMS', send(bad))
        expect(texts()).to.deep.equal([])
      })
    }

    it('not empty, and not to oneself', async () => {
      await refusal('ORCH_USAGE', send({text: ' \n\t'}))
      await refusal('ORCH_REFUSED', send({to: 'developer'}, asAgent()))
    })

    it('with an end to their time', async () => {
      await send({expiresMs: 5_000})
      expect(world.message(ID).expiresAt).to.equal(world.clock.now() + 5_000)
    })

    it('not to a project that is over', async () => {
      open({state: 'cancelled'})
      await refusal('ORCH_CLASH', send())
    })
  })

  describe('of several projects', () => {
    beforeEach(() => open({}, aProject({id: 'p_2', name: 'other', createdAt: 9, agents: [anAgent({id: 'a_other'})]})))

    it('go where the recipient says, or the flag', async () => {
      await refusal('ORCH_AMBIGUOUS', send())
      expect((await send({to: 'other:developer'}))[0]!.to).to.equal('a_other')
      expect((await send({id: 'm_000002', project: 'p_1'}))[0]!.to).to.equal('a_developer')
      // What stands with the name counts more.
      expect((await send({id: 'm_000003', to: 'p_2:developer', project: 'p_1'}))[0]!.to).to.equal('a_other')
      await refusal('ORCH_NOT_FOUND', send({id: 'm_000004', to: 'p_2:developer:tester'}))
    })

    it('of an agent stay in its own, and are not given to somebody else of that name', async () => {
      expect((await send({to: 'p_1:developer'}, asAgent('tester')))[0]!.to).to.equal('a_developer')
      for (const wrong of [{to: 'p_2:developer'}, {project: 'other'}])
        await refusal('ORCH_REFUSED', send({id: 'm_000002', ...wrong}, asAgent('tester')))
      expect(world.project().messages).to.have.length(1)
      expect(world.project('p_2').messages).to.deep.equal([])
    })
  })

  describe('as slash commands', () => {
    it('are those that the agent’s driver takes from others', async () => {
      await send({kind: 'command', text: '/compact keep the plan'})
      expect(world.message(ID)).to.include({kind: 'command', text: '/compact keep the plan'})
      expect((await refusal('ORCH_USAGE', send({id: 'm_000002', kind: 'command', text: '/exit'}))).remedy).to.equal(
        'These may: /compact, /clear',
      )
      await refusal('ORCH_USAGE', send({id: 'm_000002', kind: 'command', text: '/compact\n/exit'}))
      await refusal('ORCH_USAGE', send({id: 'm_000002', kind: 'command', text: '/compact \u001b[201~'}))
      await refusal('ORCH_USAGE', send({id: 'm_000002', kind: 'command', text: '/compact keep\n/exit'}))
    })

    it('are for nobody unless every recipient takes them', async () => {
      open({agents: [anAgent(), anAgent({role: 'tester', kind: 'other'})]})
      const error = await refusal('ORCH_USAGE', send({to: 'all', kind: 'command', text: '/compact'}))
      expect(error.remedy).to.equal('It takes none.')
      expect(texts()).to.deep.equal([])
    })
  })

  describe('that are waited for', () => {
    const receive = () =>
      world.recorder.change('p_1', (project, now) => ({
        project: {...project, messages: project.messages.map((message) => ({...message, state: 'acknowledged', acknowledgedAt: now}))},
        events: [],
      }))
    const later = () => world.clock.advance(0)

    it('come with their receipts', async () => {
      const sending = send({to: 'developer,tester', waitMs: 60_000})
      await later()
      await receive()
      expect((await sending).map(({state}) => state)).to.deep.equal(['acknowledged', 'acknowledged'])
    })

    it('come as they stand when the time is over, or the caller goes away', async () => {
      const late = send({waitMs: 1_000})
      await world.clock.advance(1_000)
      expect((await late)[0]).to.include({state: 'accepted'})
      const gone = new AbortController()
      const sending = send({id: 'm_000002', waitMs: 60_000}, PERSON, gone.signal)
      await later()
      gone.abort()
      expect((await sending)[0]).to.include({state: 'accepted'})
    })

    it('come as they stand when the project is over', async () => {
      const sending = send({waitMs: 60_000})
      await later()
      await world.recorder.change('p_1', (project, now) => moveProject(project, 'cancelled', {source: 'person', what: 'stopped', at: now}))
      expect((await sending)[0]).to.include({id: ID})
    })
  })

  describe('that lie there', () => {
    const read = (id: string, caller = asAgent()) => callOf<Message[]>(methods, 'message.read', {id}, caller)
    beforeEach(async () => {
      await send({text: 'one'})
      await send({id: 'm_000002', text: 'two'})
      await send({id: 'm_000003', to: 'tester', text: 'three'})
    })

    it('are all of the project’s for a list, those that left the record among them', async () => {
      archived = [aMessage({id: 'm_old', text: 'zero'}), aMessage({id: ID, text: 'twice'})]
      expect((await callOf<Message[]>(methods, 'message.list')).map(({text}) => text)).to.deep.equal(['zero', 'one', 'two', 'three'])
    })

    it('are an agent’s own in its inbox, and nobody’s for a person', async () => {
      expect((await callOf<Message[]>(methods, 'message.inbox', {}, asAgent('tester'))).map(({text}) => text)).to.deep.equal(['three'])
      await refusal('ORCH_USAGE', callOf(methods, 'message.inbox'))
      await refusal('ORCH_USAGE', read(ID, PERSON))
    })

    it('are read by their recipient, once for all', async () => {
      const at = world.clock.now()
      expect((await read(ID)).map(({text, readAt}) => ({text, readAt}))).to.deep.equal([{text: 'one', readAt: at}])
      await world.clock.advance(5_000)
      const {revision} = world.project()
      expect((await read(ID))[0]!.readAt).to.equal(at)
      expect(world.project().revision).to.equal(revision)
      expect(world.message('m_000002').readAt).to.equal(null)
    })

    it('are read by nobody else', async () => {
      expect(await read(ID, asAgent('tester'))).to.deep.equal([])
      expect(world.message(ID).readAt).to.equal(null)
    })

    it('are read by the beginning of their id, but not by an empty word', async () => {
      expect((await read('00000')).map(({text}) => text)).to.deep.equal(['one', 'two'])
      expect(await read('')).to.deep.equal([])
      expect(await read('m_9')).to.deep.equal([])
    })

    it('are read although they left the record, and whole although they lie in a file', async () => {
      const long = 'line\n'.repeat(5_000)
      await send({id: 'm_000004', text: long})
      expect(world.message('m_000004').text.length).to.be.below(300)
      expect((await read('m_000004'))[0]!.text).to.equal(long)
      archived = [aMessage({id: 'm_000009', text: 'long ago'})]
      expect((await read('m_000009'))[0]!.text).to.equal('long ago')
    })
  })
})
