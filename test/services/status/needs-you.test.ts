import {expect} from 'chai'
import {requestApproval} from '../../../src/domain/request.js'
import {needsYou} from '../../../src/services/status/needs-you.js'
import {aMessage, aProject, anAgent, EPOCH} from '../../support/builders.js'
import type {Agent} from '../../../src/domain/model/agent.js'

const NOTHING_ELSE = {damaged: [], leftOut: []}

describe('what needs a person', () => {
  it('is a blocked project, a dialog, and an agent that crashes again and again', () => {
    const evidence = {source: 'screen', what: 'login: expired', at: 5} as const
    const blocked = aProject({
      state: 'blocked',
      reason: 'tests fail',
      agents: [
        anAgent({state: 'needs-input', evidence}),
        anAgent({role: 'tester', state: 'quarantined', evidence}),
        anAgent({role: 'writer'}),
      ],
    })
    expect(needsYou([aProject(), blocked], EPOCH, NOTHING_ELSE)).to.deep.equal([
      {project: 'p_1', agent: null, what: 'tests fail', since: blocked.evidence.at, commands: ['orch resume p_1']},
      {project: 'p_1', agent: 'a_developer', what: 'login: expired', since: 5, commands: ['orch attach p_1 developer']},
      {project: 'p_1', agent: 'a_tester', what: 'login: expired', since: 5, commands: ['orch logs p_1 tester', 'orch resume p_1']},
    ])
  })

  for (const [question, first] of [
    ['May I deploy?', 'orch approve q_1'],
    ['Should we drop Node 18', 'orch approve q_1'],
    ['vitest or node:test?', 'orch answer q_1 "…"'],
    ['Should I use vitest or node:test?', 'orch answer q_1 "…"'],
    ['Which port does staging use?', 'orch answer q_1 "…"'],
  ] as const) {
    it(`is the question "${question}", with the command that answers it`, () => {
      const request = {id: 'q_1', from: 'a_developer', asker: 'developer', approver: 'person', question, timeoutMs: 60_000, fallback: null}
      const {project} = requestApproval(aProject(), request, 'm_1', EPOCH)
      const [need] = needsYou([project], EPOCH, NOTHING_ELSE)
      expect(need!.commands[0]).to.equal(first)
      expect([...need!.commands].sort()).to.deep.equal(['orch answer q_1 "…"', 'orch approve q_1', 'orch deny q_1 --reason "…"'])
    })
  }

  it('is a draft after ten minutes and a dialog nobody told of after one, and not sooner', () => {
    const held = (blockedBy: 'draft' | 'dialog') => aProject({messages: [aMessage({blockedBy, blockedSince: EPOCH})]})
    const needs = (blockedBy: 'draft' | 'dialog', minutes: number) => needsYou([held(blockedBy)], EPOCH + minutes * 60_000, NOTHING_ELSE)
    expect([needs('draft', 9), needs('draft', 10), needs('dialog', 0), needs('dialog', 1)].map(({length}) => length)).to.deep.equal([
      0, 1, 0, 1,
    ])
    expect(needs('draft', 10)[0]).to.include({agent: 'a_developer', since: EPOCH})
  })

  it('is a disk that has taken no writes for a minute', () => {
    const wait = {project: 'p_1', why: 'git could not write.', since: EPOCH, attempts: 3, freeBytes: 0}
    const seen = (now: number) => needsYou([aProject({state: 'verifying'})], now, {damaged: [], leftOut: [], storage: [wait]})
    expect(seen(EPOCH + 59_000)).to.deep.equal([])
    expect(seen(EPOCH + 60_000)[0]).to.include({
      project: 'p_1',
      since: EPOCH,
      what: 'waits for disk space: 0 bytes free. git could not write.',
    })
  })

  it('is a message that any other thing has kept out for ten minutes, whatever the record says of the agent', () => {
    for (const blockedBy of ['limit', 'mode', 'dead', 'person'] as const) {
      const project = (agent: Partial<Agent>) =>
        aProject({agents: [anAgent(agent)], messages: [aMessage({blockedBy, blockedSince: EPOCH})]})
      const needs = (minutes: number, agent: Partial<Agent> = {state: 'idle'}) =>
        needsYou([project(agent)], EPOCH + minutes * 60_000, NOTHING_ELSE)
      expect(needs(9)).to.deep.equal([])
      expect(needs(10).map(({commands}) => commands)).to.deep.equal([['orch attach p_1 developer']])
      // It is woken, or will not be started: nothing for a person to do about the message.
      for (const state of ['limited', 'stopped'] as const) expect(needs(60, {state})).to.deep.equal([])
    }
  })

  it('is a project that a person paused, quietly, and none that is over', () => {
    const evidence = {source: 'person', what: 'paused', at: 7} as const
    expect(needsYou([aProject({state: 'paused', evidence})], EPOCH, NOTHING_ELSE)).to.deep.equal([
      {project: 'p_1', agent: null, what: 'paused: nothing is started, verified or merged', since: 7, commands: ['orch resume p_1']},
    ])
    expect(needsYou([aProject({state: 'failed', agents: [anAgent({state: 'needs-input'})]})], EPOCH, NOTHING_ELSE)).to.deep.equal([])
  })

  it('is a record that cannot be read and a plugin that was left out, with what to do', () => {
    const damaged = [{id: 'p_2', why: 'it is no JSON', since: 3, path: '/state/projects/p_bad.json'}]
    const leftOut = [{plugin: '@other/notes', why: 'brought the supervisor down twice (afterAgentExit)', since: 4}]
    const [house, record, ...more] = needsYou([], EPOCH, {damaged, leftOut})
    expect(house).to.include({project: null, agent: null, since: 4})
    expect(house!.what)
      .to.include('@other/notes is left out: it brought the supervisor down twice')
      .and.include('orch plugin enable @other/notes')
    expect(record).to.deep.include({project: 'p_2', agent: null, what: 'its record cannot be read: it is no JSON', since: 3})
    expect(more).to.deep.equal([])
  })
})
