import {expect} from 'chai'
import {nameChild, startChild, withdrawChild} from '../../src/domain/child-project.js'
import {aProject, anAgent, EPOCH, someOptions, someUsage} from '../support/builders.js'
import {refusal} from '../support/failure.js'
import type {Project} from '../../src/domain/model/project.js'

describe('a project that an agent starts', () => {
  const budget = (usd: number) => ({usd, allowedUsd: usd})
  const parent = (changes: Partial<Project> = {}, most = 2) =>
    aProject({agents: [anAgent({childProjects: {most, budgetPercent: 50}, usage: someUsage({costUsd: 2})})], ...changes})
  const start = (project: Project, request: object = {}) =>
    startChild(project, 'a_developer', {key: 'k1', deadlineAt: null, budgetUsd: null, ...request})

  it('gets a share of what is left of its parent’s budget, which the parent then lacks', () => {
    const {project, terms, events} = start(parent({options: someOptions({budget: budget(10)})}))
    expect(terms.budgetUsd).to.equal(4)
    expect(project.options.budget).to.include({usd: 10, allowedUsd: 6})
    expect(events[0]).to.deep.include({type: 'project.child', agent: 'a_developer'})
    expect(events[0]!.data['by']).to.include({kind: 'agent', agent: 'a_developer', role: 'developer'})
    expect(start(project, {key: 'k2'}).terms.budgetUsd).to.equal(2)
  })

  it('asks for less and gets it, asks for more and gets the share', () => {
    const rich = parent({options: someOptions({budget: budget(10)})})
    expect(start(rich, {budgetUsd: 1}).terms.budgetUsd).to.equal(1)
    expect(start(rich, {budgetUsd: 100}).terms.budgetUsd).to.equal(4)
    expect(start(parent(), {budgetUsd: 100}).terms.budgetUsd).to.equal(100)
  })

  it('is named on its parent’s record, and is none of a parent that is over', async () => {
    const {project} = nameChild(start(parent()).project, 'k1', 'p_child')
    expect(project.children).to.deep.equal([{key: 'k1', agent: 'a_developer', budgetUsd: null, project: 'p_child'}])
    expect((await refusal('ORCH_REFUSED', () => start(parent({state: 'cancelled'})))).message).to.include('cancelled')
  })

  it('ends with its parent at the latest', () => {
    const bound = parent({options: someOptions({deadlineAt: EPOCH + 10})})
    expect(start(bound).terms.deadlineAt).to.equal(EPOCH + 10)
    expect(start(bound, {deadlineAt: EPOCH + 99}).terms.deadlineAt).to.equal(EPOCH + 10)
    expect(start(bound, {deadlineAt: EPOCH + 5}).terms.deadlineAt).to.equal(EPOCH + 5)
    expect(start(parent(), {deadlineAt: EPOCH + 5}).terms.deadlineAt).to.equal(EPOCH + 5)
  })

  it('is refused to a child, beyond the number granted, without the grant, and with nothing left to give', async () => {
    const child = parent({startedBy: {project: 'p_0', agent: 'a_x', role: 'x'}})
    const full = start(parent({}, 1)).project
    const poor = parent({options: someOptions({budget: budget(2)})})
    for (const project of [child, full, aProject(), poor])
      expect((await refusal('ORCH_REFUSED', async () => start(project, {key: 'other'}))).exit).to.equal(77)
  })

  it('asked for twice is one', () => {
    const {project} = start(parent({options: someOptions({budget: budget(10)})}, 1))
    const again = start(project)
    expect(again).to.deep.include({project, events: []})
    expect(again.terms.budgetUsd).to.equal(4)
  })

  it('that could not be started gives everything back', () => {
    const before = parent({options: someOptions({budget: budget(10)})}, 1)
    const {project} = withdrawChild(start(before).project, 'k1')
    expect(project.options.budget!.allowedUsd).to.equal(10)
    expect(project.children).to.deep.equal([])
    expect(withdrawChild(before, 'k1').project).to.equal(before)
  })
})
