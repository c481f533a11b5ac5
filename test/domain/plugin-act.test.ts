import type {Act} from '@orch/plugin-kit'
import {expect} from 'chai'
import {incidentsOf} from '../../src/domain/incident.js'
import {needsOf} from '../../src/domain/need.js'
import {carryOut, RefusedAct, setsAside} from '../../src/domain/plugin-act.js'
import {pluginRecord} from '../../src/domain/plugin-record.js'
import type {Project} from '../../src/domain/model/project.js'
import {aMessage, anAgent, aProject, aRun, EPOCH} from '../support/builders.js'

const PLUGIN = 'orch-plugin-steward'
const NOW = EPOCH + 120_000

describe('what a plugin may have done', () => {
  let ids = 0
  const does = (project: Project, ...acts: Act[]) => carryOut(project, acts, {plugin: PLUGIN, now: NOW, messageId: () => `m_new${++ids}`})
  const after = (project: Project, ...acts: Act[]) => does(project, ...acts).project
  const refused = (project: Project, ...acts: Act[]) => expect(() => does(project, ...acts)).to.throw(RefusedAct)
  const developer = 'a_developer'
  const why = 'a rule of its own'

  it('is recorded with its name, every event', () => {
    const {project, events} = does(
      aProject(),
      {do: 'tell', agent: developer, text: 'Go on.'},
      {do: 'move-agent', agent: developer, to: 'stuck', why},
      {do: 'open-incident', name: 'slow', what: 'it is slow'},
      {do: 'need', id: 'n', what: 'look at it'},
      {do: 'pause', why},
    )
    expect(events.map(({type}) => type)).to.deep.equal(['message.state', 'agent.state', 'incident', 'need', 'project.state'])
    for (const {data, type} of events) expect(data['plugin'], type).to.equal(PLUGIN)
    expect(project.evidence).to.deep.equal({source: 'plugin', what: why, at: NOW, by: {kind: 'plugin', plugin: PLUGIN}})
    expect(project.agents[0]!.evidence.by).to.deep.equal({kind: 'plugin', plugin: PLUGIN})
  })

  it('tells an agent, as itself, with a receipt to come; an agent that reads nothing gets no more than 20', () => {
    const {messages} = after(aProject(), {do: 'tell', agent: developer, text: 'Go on.', priority: 'urgent'})
    expect(messages[0]).to.deep.include({sender: PLUGIN, to: developer, kind: 'system', state: 'accepted', priority: 'urgent'})
    const unread = Array.from({length: 20}, (_, index) => aMessage({id: `m_${index}`, from: 'orch', sender: PLUGIN, to: developer}))
    refused(aProject({messages: unread}), {do: 'tell', agent: developer, text: 'x'})
      .with.property('message')
      .that.includes('has 20 messages')
    refused(aProject(), {do: 'tell', agent: 'a_nobody', text: 'x'}).with.property('message').that.includes('no agent a_nobody')
    refused(aProject(), {do: 'tell', agent: developer, text: '  \n'})
  })

  it('says what an agent that runs does, along the table of states', () => {
    const limited = after(aProject(), {do: 'move-agent', agent: developer, to: 'limited', why, until: NOW + 5}).agents[0]!
    expect(limited).to.deep.include({state: 'limited', waitingFor: {what: 'limit', until: NOW + 5, holder: null}})
    const again = aProject({agents: [limited]})
    expect(after(again, {do: 'move-agent', agent: developer, to: 'limited', why}), 'the same twice').to.equal(again)
    for (const state of ['starting', 'exited', 'planned'] as const)
      refused(aProject({agents: [anAgent({state})]}), {do: 'move-agent', agent: developer, to: 'idle', why})
  })

  it('starts an agent again: once, not within 10 s of its start, and only while the team works', () => {
    const act: Act = {do: 'restart-agent', agent: developer, why, fresh: true}
    const {project, events} = does(aProject(), act)
    expect(project.agents[0]!.context?.restart).to.deep.equal({why, fresh: true, by: {kind: 'plugin', plugin: PLUGIN}})
    expect(events).to.deep.equal([{type: 'agent.restart', agent: developer, data: {why, fresh: true, plugin: PLUGIN}}])
    expect(after(project, act)).to.equal(project)
    const young = anAgent({run: aRun({startedAt: NOW - 9_000})})
    refused(aProject({agents: [young]}), act)
      .with.property('message')
      .that.includes('less than 10 s ago')
    refused(aProject({state: 'verifying'}), act)
    refused(aProject({agents: [anAgent({state: 'exited'})]}), act)
  })

  it('sets a project aside, and takes up what it set aside itself', () => {
    for (const [act, state] of [
      [{do: 'pause', why}, 'paused'],
      [{do: 'move-project', to: 'blocked', why}, 'blocked'],
      [{do: 'move-project', to: 'waiting-credits', why}, 'waiting-credits'],
    ] as const) {
      expect(setsAside([act])).to.equal(true)
      const aside = after(aProject(), act)
      expect([aside.state, aside.resumeTo]).to.deep.equal([state, 'running'])
      expect(after(aside, act)).to.equal(aside)
      expect(after(aside, {do: 'resume', why})).to.deep.include({state: 'running', resumeTo: null, reason: null})
    }
    expect(after(aProject(), {do: 'move-project', to: 'blocked', why}).reason).to.equal(why)
    expect(setsAside([{do: 'settle-need', id: 'n', why}])).to.equal(false)
  })

  it('does not take up what a person, orch or another plugin set aside', () => {
    const by = [
      {source: 'person', what: 'w', at: 1, by: {kind: 'person'}},
      {source: 'orch', what: 'w', at: 1},
      {source: 'plugin', what: 'w', at: 1, by: {kind: 'plugin', plugin: 'other'}},
    ] as const
    for (const evidence of by) refused(aProject({state: 'paused', resumeTo: 'running', evidence}), {do: 'resume', why})
    const running = aProject()
    expect(after(running, {do: 'resume', why})).to.equal(running)
  })

  it('opens and closes incidents of its own: one of a name and agent, 20 in all', () => {
    const open: Act = {do: 'open-incident', name: 'slow', agent: developer, what: 'it is slow'}
    const opened = after(aProject(), open)
    expect(incidentsOf(opened)[0]).to.deep.include({cause: 'plugin', about: `${PLUGIN} slow`, agent: developer, step: 'seen'})
    expect(after(opened, open)).to.equal(opened)
    expect(incidentsOf(after(opened, {do: 'close-incident', name: 'slow', agent: developer, why}))).to.deep.equal([])
    const close: Act = {do: 'close-incident', name: 'slow', why}
    expect(after(opened, close), 'of the project, not of the agent').to.equal(opened)
    const many = Array.from({length: 21}, (_, index): Act => ({do: 'open-incident', name: `n${index}`, what: 'x'}))
    expect(incidentsOf(after(aProject(), ...many.slice(1)))).to.have.length(20)
    refused(aProject(), ...many)
  })

  it('puts and settles needs, which a person sees until then', () => {
    const put: Act = {do: 'need', id: 'licence', what: 'the licence ends', commands: ['renew it']}
    const needed = after(aProject(), put)
    const shown = {project: 'p_1', agent: null, what: `${PLUGIN}: the licence ends`, since: NOW, commands: ['renew it']}
    expect(needsOf(needed, NOW)).to.deep.equal([shown])
    expect(after(needed, put)).to.equal(needed)
    const later = carryOut(needed, [{...put, what: 'it ends today'}], {plugin: PLUGIN, now: NOW + 9, messageId: () => 'm'})
    expect(needsOf(later.project, NOW)).to.deep.equal([{...shown, what: `${PLUGIN}: it ends today`}])
    const settled = does(needed, {do: 'settle-need', id: 'licence', why})
    expect(needsOf(settled.project, NOW)).to.deep.equal([])
    expect(settled.events[0]!.data).to.deep.equal({plugin: PLUGIN, id: 'licence', step: 'over', what: why})
    expect(after(settled.project, {do: 'settle-need', id: 'licence', why})).to.equal(settled.project)
    const many = Array.from({length: 21}, (_, index): Act => ({do: 'need', id: `n${index}`, what: 'x'}))
    refused(aProject(), ...many)
      .with.property('message')
      .that.includes('20 needs of the plugin are open')
    refused(aProject(), {do: 'need', id: 'n', agent: 'a_nobody', what: 'x'})
  })

  it('keeps a copy of a value beside its needs', () => {
    const value = {looks: [1]}
    const kept = after(aProject(), {do: 'need', id: 'n', what: 'x'}, {do: 'keep', value})
    value.looks.push(2)
    expect(pluginRecord(kept, PLUGIN)).to.deep.include({own: {looks: [1]}})
    expect(pluginRecord(kept, PLUGIN).needs).to.have.length(1)
    expect(after(kept, {do: 'keep', value: {looks: [1]}})).to.equal(kept)
    expect(pluginRecord(kept, 'other')).to.deep.equal({})
  })

  it('is done whole or not at all', () => {
    const project = aProject()
    refused(project, {do: 'keep', value: 1}, {do: 'tell', agent: 'a_nobody', text: 'x'})
    expect(pluginRecord(project, PLUGIN)).to.deep.equal({})
  })
})
