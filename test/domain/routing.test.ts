import {expect} from 'chai'
import {copyFor, DEFAULT_MESSAGE_POLICY, hubOf, route} from '../../src/domain/routing.js'
import {aMessage, aProject, anAgent, EPOCH, someOptions} from '../support/builders.js'
import {failureOf} from '../support/failure.js'
import type {MessagePolicy} from '../../src/domain/model/message-policy.js'
import type {Message} from '../../src/domain/model/message.js'

const agents = [anAgent({role: 'orchestrator'}), anAgent(), anAgent({role: 'tester'})]
const letter = {from: 'a_tester', sender: 'tester', to: 'a_developer', kind: 'text', text: 'hello'} as const
const open = (messages: Message[] = [], talk: Partial<MessagePolicy> = {}) =>
  aProject({agents, messages, options: someOptions({messagePolicy: {...DEFAULT_MESSAGE_POLICY, ...talk}})})
const refusal = async (act: () => unknown) => (await failureOf(Promise.resolve().then(act))) as Error & {code: string}

describe('route', () => {
  it('lets a letter through, with nothing that led to it', () => {
    expect(route(open(), letter, EPOCH)).to.include({cause: null, hops: 0, text: 'hello'})
  })

  it('refuses what goes to its own sender, is empty, or is no command', async () => {
    expect(await refusal(() => route(open(), {...letter, to: 'a_tester'}, EPOCH))).to.include({code: 'ORCH_REFUSED'})
    expect(await refusal(() => route(open(), {...letter, text: ' \n'}, EPOCH))).to.include({code: 'ORCH_USAGE'})
    for (const text of ['compact', '/compact\n/clear', '/compact \u001b[A', '//x'])
      expect(await refusal(() => route(open(), {...letter, kind: 'command', text}, EPOCH)), text).to.include({code: 'ORCH_USAGE'})
    expect(await refusal(() => route({...open(), state: 'completed'}, letter, EPOCH))).to.include({code: 'ORCH_CLASH'})
  })

  const answered = (hops: number, acknowledgedAt = EPOCH) =>
    aMessage({id: 'm_q', from: 'a_developer', sender: 'developer', to: 'a_tester', hops, state: 'acknowledged', acknowledgedAt})

  it('counts answers to answers, and refuses the loop they make', async () => {
    expect(route(open([answered(3)]), letter, EPOCH)).to.include({cause: 'm_q', hops: 4})
    expect(await refusal(() => route(open([answered(16)]), letter, EPOCH))).to.include({code: 'ORCH_REFUSED'})
    expect(route(open([answered(16)], {maxHops: 17}), letter, EPOCH).hops).to.equal(17)
  })

  it('begins anew after ten minutes, for another pair, and after the sender has had its say', () => {
    expect(route(open([answered(16)]), letter, EPOCH + 600_000).hops).to.equal(0)
    expect(route(open([answered(16)]), {...letter, to: 'a_orchestrator'}, EPOCH).hops).to.equal(0)
    const said = aMessage({id: 'm_a', from: 'a_tester', to: 'a_developer', hops: 17})
    expect(route(open([answered(16), said]), letter, EPOCH).hops).to.equal(0)
  })

  it('takes the cause that is named', () => {
    expect(route(open([answered(3)]), {...letter, to: 'a_orchestrator', cause: 'm_q'}, EPOCH)).to.include({cause: 'm_q', hops: 4})
  })

  const flood = Array.from({length: 60}, (_, index) =>
    aMessage({id: `m_${index}`, from: index % 2 ? 'a_tester' : 'a_orchestrator', state: 'acknowledged'}),
  )

  it('refuses a flood from agents, whoever of them sends, and lets people and what is urgent through', async () => {
    expect(await refusal(() => route(open(flood), letter, EPOCH))).to.include({code: 'ORCH_FLOOD'})
    expect(route(open(flood.slice(1)), letter, EPOCH).text).to.equal('hello')
    expect(route(open(flood), letter, EPOCH + 60_000).text).to.equal('hello')
    expect(route(open(flood), {...letter, priority: 'urgent'}, EPOCH).text).to.equal('hello')
    expect(route(open(flood), {...letter, from: 'person', sender: 'person'}, EPOCH).text).to.equal('hello')
  })

  const flooded = (count: number, changes: Partial<Message>) =>
    open(Array.from({length: count}, (_, index) => aMessage({id: `m_${index}`, from: 'a_tester', state: 'acknowledged', ...changes})))

  it('refuses a flood of urgent messages too', async () => {
    const urgent = {...letter, priority: 'urgent'} as const
    expect(await refusal(() => route(flooded(60, {priority: 'urgent'}), urgent, EPOCH))).to.include({code: 'ORCH_FLOOD'})
    expect(route(flooded(60, {priority: 'urgent'}), letter, EPOCH).text).to.equal('hello')
  })

  it('refuses a flood of a caller without the token of an agent, at ten times as many', async () => {
    const person = {...letter, from: 'person', sender: 'person'}
    expect(await refusal(() => route(flooded(600, {from: 'person'}), person, EPOCH))).to.include({code: 'ORCH_FLOOD'})
    expect(route(flooded(599, {from: 'person'}), person, EPOCH).text).to.equal('hello')
  })

  it('refuses the 501st unread message of an agent, but never one of orch', async () => {
    const unread = flooded(500, {state: 'accepted', acceptedAt: EPOCH - 3_600_000})
    for (const from of ['a_tester', 'person'])
      expect((await refusal(() => route(unread, {...letter, from}, EPOCH))).message).to.include('500 unread messages')
    expect(route(unread, {...letter, from: 'orch', sender: 'orch'}, EPOCH).text).to.equal('hello')
  })

  it('refuses a message of the length of a book', async () => {
    expect(await refusal(() => route(open([]), {...letter, text: 'x'.repeat(600_000)}, EPOCH))).to.include({code: 'ORCH_USAGE'})
  })
})

describe('the hub', () => {
  const hub = {role: 'orchestrator', copies: ['question']}
  const question = aMessage({id: 'm_q', from: 'a_tester', sender: 'tester', to: 'a_developer', kind: 'question', hops: 2})

  it('gets copies by the kind of a message, never by its words', () => {
    expect(copyFor(open([], {hub}), question)).to.include({
      to: 'a_orchestrator',
      from: 'a_tester',
      priority: 'low',
      cause: 'm_q',
      hops: 3,
      text: '(copy, to developer) hello',
    })
    expect(copyFor(open([], {hub}), {...question, kind: 'text', text: 'BLOCKED: error, deploy failed'})).to.equal(null)
  })

  it('gets none of its own, of what it gets anyway, of what a person says, or when it is switched off', () => {
    expect(copyFor(open([], {hub}), {...question, from: 'a_orchestrator'})).to.equal(null)
    expect(copyFor(open([], {hub}), {...question, to: 'a_orchestrator'})).to.equal(null)
    expect(copyFor(open([], {hub}), {...question, from: 'person'})).to.equal(null)
    expect(copyFor(open(), question)).to.equal(null)
    expect(copyFor(open([], {hub: {...hub, role: 'nobody'}}), question)).to.equal(null)
  })

  it('is the orchestrator where nothing else is said', () => {
    expect(hubOf(open())?.role).to.equal('orchestrator')
    expect(hubOf(open([], {hub: {...hub, role: 'tester'}}))?.role).to.equal('tester')
  })
})
