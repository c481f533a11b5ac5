import {expect} from 'chai'
import {StatusReports} from '../../../src/services/requests/status-reports.js'
import {aProject, anAgent} from '../../support/builders.js'
import {refusal} from '../../support/failure.js'
import {aWorld, type World} from '../../support/world.js'

describe('StatusReports', () => {
  let world: World
  let reports: StatusReports
  beforeEach(() => {
    world = aWorld({projects: [aProject({agents: [anAgent({role: 'orchestrator'}), anAgent()]})]})
    reports = new StatusReports(world)
  })
  const report = (topic: string, status = 'half done', agent = 'a_developer') => reports.report('p_1', agent, topic, status)

  it('keep the last word of each agent on a topic, and pass it to the hub as something that can wait', async () => {
    await report('parser')
    await report('parser', 'done')
    await report('printer')
    expect(world.project().reports.map(({topic, status}) => [topic, status])).to.deep.equal([
      ['parser', 'done'],
      ['printer', 'half done'],
    ])
    expect(world.project().messages[0]).to.include({
      to: 'a_orchestrator',
      kind: 'report',
      priority: 'low',
      text: 'STATUS UPDATE parser: half done',
    })
  })

  it('are five in five minutes at most, for each agent', async () => {
    for (let topic = 0; topic < 5; topic++) await report(`t${topic}`)
    await refusal('ORCH_REFUSED', report('t5'))
    await report('t5', 'mine', 'a_orchestrator')
    await world.clock.advance(5 * 60_000)
    await report('t5')
  })

  it('have a topic and a status, and the hub tells itself nothing', async () => {
    await refusal('ORCH_USAGE', report(' '))
    await refusal('ORCH_USAGE', report('parser', ''))
    await report('all', 'well', 'a_orchestrator')
    expect(world.project().messages).to.deep.equal([])
  })
})
