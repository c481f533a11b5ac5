import {expect} from 'chai'
import {climb, closeIncident, findIncident, incidentsOf, nextEscalationStep, openIncident, type Means} from '../../src/domain/incident.js'
import {EPOCH, aProject} from '../support/builders.js'
import {INCIDENT_CAUSES, type IncidentCause, type EscalationStep} from '../../src/domain/model/incident.js'

const RULES = {ladderMinutes: 5, nudgeSeconds: 60}
const MINUTE = 60_000

/** The rungs an incident takes, with the minutes it waited for each. */
function story(cause: IncidentCause, means: Partial<Means> = {}): [EscalationStep, number][] {
  let project = openIncident(aProject(), {cause, agent: 'a_developer', about: null, what: 'silent'}, EPOCH).project
  const taken: [EscalationStep, number][] = []
  for (let minute = 0, last = 0; minute < 500; minute++) {
    const incident = findIncident(project, cause, 'a_developer')!
    const next = nextEscalationStep(incident, RULES, {restart: true, hub: true, ...means})
    if (next === null || next.at > EPOCH + minute * MINUTE) continue
    const {step} = next
    taken.push([step, minute - last])
    last = minute
    project = climb(project, incident, step, EPOCH + minute * MINUTE).project
  }
  return taken
}

describe('incident', () => {
  it('goes from a nudge to a person, each wait twice the one before, and no further', () => {
    expect(story('stuck')).to.deep.equal([
      ['nudge', 0],
      ['re-brief', 5],
      ['restart', 10],
      ['person', 20],
    ])
  })

  it('passes over a restart when those are used up', () => {
    expect(story('stuck', {restart: false}).map(([step]) => step)).to.deep.equal(['nudge', 're-brief', 'person'])
  })

  it('reminds of a claim three times before it tells the hub, or, where there is none, a person', () => {
    expect(story('owes-claim')).to.deep.equal([
      ['nudge', 0],
      ['nudge', 2],
      ['nudge', 4],
      ['hub', 4],
      ['person', 4],
    ])
    expect(story('owes-claim', {hub: false}).map(([step]) => step)).to.deep.equal(['nudge', 'nudge', 'nudge', 'person'])
  })

  it('goes on after the step that a record of before rungs were counted had taken', () => {
    const {project} = openIncident(aProject(), {cause: 'stuck', agent: 'a_developer', about: null, what: 'silent'}, EPOCH)
    const old = {...incidentsOf(project)[0]!, step: 're-brief' as const}
    expect(nextEscalationStep(old, RULES, {restart: true, hub: true})).to.deep.equal({step: 'restart', at: EPOCH + 10 * MINUTE})
  })

  it('types nothing into an agent whose screen nobody understands, and ends nothing', () => {
    expect(story('unknown')).to.deep.equal([['person', 0]])
  })

  for (const cause of INCIDENT_CAUSES.filter((each) => each !== 'plugin')) {
    it(`ends with a person when it is ${cause}`, () => expect(story(cause).at(-1)?.[0]).to.equal('person'))
  }

  it('is left to the plugin that opened it', () => {
    expect(story('plugin')).to.deep.equal([])
  })

  it('is one a cause and subject, opened and closed with an event each', () => {
    const about = {cause: 'stuck', agent: 'a_developer', about: null, what: 'silent'} as const
    const opened = openIncident(aProject(), about, EPOCH)
    expect(opened.events).to.deep.equal([{type: 'incident', agent: 'a_developer', data: {cause: 'stuck', step: 'seen', what: 'silent'}}])
    expect(openIncident(opened.project, {...about, what: 'silent still'}, EPOCH + 1).events).to.deep.equal([])
    const other = openIncident(opened.project, {...about, agent: 'a_tester'}, EPOCH)
    expect(incidentsOf(other.project)).to.have.length(2)
    const closed = closeIncident(other.project, findIncident(other.project, 'stuck', 'a_developer')!, 'it is working')
    expect(closed.events[0]!.data).to.deep.equal({cause: 'stuck', step: 'over', what: 'it is working'})
    expect(incidentsOf(closed.project).map(({agent}) => agent)).to.deep.equal(['a_tester'])
  })
})
