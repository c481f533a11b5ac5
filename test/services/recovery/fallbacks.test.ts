import {expect} from 'chai'
import {incidentsOf} from '../../../src/domain/incident.js'
import {newMessage} from '../../../src/domain/message.js'
import type {Fallback} from '../../../src/domain/ports/store.js'
import {AgentEvents} from '../../../src/services/agents/agent-events.js'
import {needsYou} from '../../../src/services/status/needs-you.js'
import {MessageDelivery} from '../../../src/services/messages/delivery.js'
import {Fallbacks} from '../../../src/services/recovery/fallbacks.js'
import {aMessage, aProject, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'

describe('a project opened from an older record', () => {
  let world: World

  const letter = {from: 'person', sender: 'person', to: 'a_developer', kind: 'text', text: 'hello'} as const
  const agents = [anAgent({transcript: {path: '/t', position: 0}})]
  const fallbacks = () => new Fallbacks({...world, watch: new AgentEvents(world)})
  const incident = () => incidentsOf(world.project()).find(({cause}) => cause === 'record-fallback')

  /** Accepts a message, then loses the generation of the record that has it. */
  async function loseMessage(): Promise<Fallback> {
    world = aWorld({projects: [aProject({agents, messages: []})]})
    const older = world.project()
    await new MessageDelivery(world).accept('p_1', letter, 'm_1')
    await fallBackTo(older)
    return world.store.fallbacks()[0]!
  }

  async function fallBackTo(older: ReturnType<World['project']>): Promise<void> {
    const {store} = world
    await store.create(older)
    store.fallbacks = () => [{id: 'p_1', why: 'it is damaged', revision: older.revision, updatedAt: older.updatedAt}]
  }

  it('has every accepted message again, under its own id', async () => {
    await loseMessage()
    expect(world.project().messages).to.deep.equal([])
    await fallbacks().takeUpAll()
    expect(world.message()).to.include({state: 'accepted', text: 'hello', to: 'a_developer'})
  })

  it('offers no message again that the transcript holds', async () => {
    await loseMessage()
    world.driver.transcripts.set('/t', [{kind: 'acknowledged', text: '[orch m_1 from person] hello'}])
    await fallbacks().takeUpAll()
    await fallbacks().readReceipts()
    expect(world.message().state).to.equal('acknowledged')
  })

  it('is an incident that names what may be missing, for a person, until it is resumed', async () => {
    const {revision} = await loseMessage()
    await fallbacks().takeUpAll()
    expect(incident()!.what)
      .to.include('it is damaged')
      .and.include(`revision ${revision} of `)
      .and.include(`up to revision ${revision + 1} of `)
      .and.include('messages restored: m_1 from person to developer')
    const [need] = needsYou([world.project()], world.clock.now(), {damaged: [], leftOut: []})
    expect(need!.what).to.include('older record in use').and.include('m_1')
    expect(need!.commands).to.deep.equal(['orch events p_1', 'orch resume p_1'])
    expect(world.log.events.filter(({type}) => type === 'incident').map(({data}) => data['cause'])).to.include('record-fallback')
  })

  it('names the messages whose text is nowhere', async () => {
    await loseMessage()
    world.archive.read = async () => []
    await fallbacks().takeUpAll()
    expect(incident()!.what).to.include('messages lost: m_1 from person to developer')
    expect(world.project().messages).to.deep.equal([])
  })

  it('keeps counting revisions where the event log ended', async () => {
    const {revision} = await loseMessage()
    await fallbacks().takeUpAll()
    expect(world.project().revision).to.equal(revision + 2)
  })

  it('brings no settled message back', async () => {
    world = aWorld({projects: [aProject({agents, messages: []})]})
    const older = world.project()
    await world.archive.append('p_1', [aMessage({id: 'm_7', state: 'acknowledged'}), newMessage('m_8', {...letter, to: 'a_gone'}, 1)])
    await fallBackTo(older)
    await fallbacks().takeUpAll()
    expect(world.project().messages).to.deep.equal([])
    expect(incident()!.what).to.include('no later change')
  })

  it('has one incident after a second fallback, about the newer', async () => {
    await loseMessage()
    await fallbacks().takeUpAll()
    world.store.fallbacks = () => [{id: 'p_1', why: 'it is missing', revision: world.project().revision, updatedAt: 0}]
    await fallbacks().takeUpAll()
    expect(incidentsOf(world.project())).to.have.length(1)
    expect(incident()!.what).to.include('it is missing')
  })
})
