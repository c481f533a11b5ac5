import {expect} from 'chai'
import {findAgent} from '../../src/domain/project.js'
import {applySignal} from '../../src/domain/signals.js'
import {aProject, anAgent} from '../support/builders.js'
import type {Project} from '../../src/domain/model/project.js'

const EVIDENCE = {source: 'transcript', what: 'read on', at: 99} as const

describe('denials', () => {
  const hear = (project: Project, what: string, at?: number) =>
    applySignal(project, 'a_developer', {kind: 'denied', what, ...(at === undefined ? {} : {at})}, EVIDENCE, null)

  it('are counted once each, also when a transcript is read from its start again', () => {
    let project = aProject({agents: [anAgent()]})
    const events = [
      ['Write', 10],
      ['edit /etc/hosts', 20],
      ['Write', 20],
      ['Write', 10],
      ['Write', 20],
    ] as const
    const told = events.flatMap(([what, at]) => {
      const change = hear(project, what, at)
      project = change.project
      return change.events
    })
    expect(findAgent(project, 'a_developer')!.denials).to.deep.equal({count: 3, last: 'Write', at: 20})
    expect(told.map(({type, data}) => [type, data['count']])).to.deep.equal([
      ['denial', 1],
      ['denial', 2],
      ['denial', 3],
    ])
  })

  it('have the time they were heard of without one of their own, and change no state', () => {
    const {project} = hear(aProject({agents: [anAgent({state: 'working'})]}), 'Write')
    expect(findAgent(project, 'a_developer')).to.deep.include({state: 'working', denials: {count: 1, last: 'Write', at: 99}})
  })
})
