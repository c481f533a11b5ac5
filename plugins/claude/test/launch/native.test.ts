import {expect} from 'chai'
import {NATIVE_FEATURES, nativeOff, TOOLS_LEFT} from '../../src/launch/native.js'
import {settingsOf} from '../../src/settings.js'

describe('nativeOff', () => {
  it('takes everything away on the newest version', () => {
    const {deny, settings, env} = nativeOff([2, 1, 332], {})
    expect(deny).to.include.members([
      'SendMessage',
      'ListAgents',
      'CronCreate',
      'ScheduleWakeup',
      'EnterWorktree',
      'Workflow',
      'RemoteTrigger',
    ])
    expect(settings).to.include({crossSessionInbound: 'refuse', disableAgentView: true, disableWorkflows: true, disableRemoteControl: true})
    expect(nativeOff([2, 1, 120], {}).refuse)
      .to.have.property('WorktreeCreate')
      .that.includes('isolation')
    expect(env).to.include({CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: '', CLAUDE_CODE_DISABLE_CRON: '1'})
  })

  it('gives a version only what it may know; one between two that were tried gets what the newer one needs', () => {
    for (const tool of ['Workflow', 'ListAgents']) expect(nativeOff([2, 1, 120], {}).deny).to.not.include(tool)
    expect(nativeOff([2, 1, 120], {}).settings).to.not.have.any.keys('crossSessionInbound', 'disableAgentView')
    const {deny} = nativeOff([2, 1, 165], {})
    expect(deny).to.include('Workflow').and.not.include('ListAgents')
    expect(nativeOff([2, 1, 241], {}).deny).to.include('ListAgents')
    expect(nativeOff([2, 1, 197], {}).settings).to.not.have.property('crossSessionInbound')
    expect(nativeOff([2, 1, 198], {}).settings).to.have.property('crossSessionInbound', 'refuse')
    expect(nativeOff([3, 0, 0], {})).to.deep.equal(nativeOff([2, 1, 332], {}))
  })

  it('leaves on what is switched on, and nothing else', () => {
    for (const feature of NATIVE_FEATURES) {
      const {deny, settings, env} = nativeOff([2, 1, 332], {[feature]: true})
      const all = nativeOff([2, 1, 332], {})
      const taken = all.deny.length + Object.keys({...all.settings, ...all.env}).length
      expect(deny.length + Object.keys({...settings, ...env}).length, feature).to.be.lessThan(taken)
    }
    const everything = Object.fromEntries(NATIVE_FEATURES.map((feature) => [feature, true]))
    expect(nativeOff([2, 1, 332], everything)).to.deep.equal({deny: [], settings: {}, refuse: {}, env: {}})
    const withSchedule = nativeOff([2, 1, 332], {schedule: true})
    expect(withSchedule.deny).to.include('SendMessage').and.not.include('CronCreate')
    expect(nativeOff([2, 1, 332], {schedule: false})).to.deep.equal(nativeOff([2, 1, 332], {}))
  })

  it('denies no tool that a test expects to be left', () => {
    for (const [version, tools] of Object.entries(TOOLS_LEFT)) {
      const {deny} = nativeOff(version.split('.').map(Number) as [number, number, number], {})
      expect(
        deny.filter((tool) => tools.includes(tool)),
        version,
      ).to.deep.equal([])
    }
  })
})

describe('claude.native', () => {
  it('is a switch per role, of the person alone: a template comes with a repository', () => {
    const config = {native: {schedule: true}, roles: {developer: {native: {schedule: false, messages: true}}}}
    expect(settingsOf(config, 'tester').native).to.deep.equal({schedule: true})
    expect(settingsOf(config, 'developer').native).to.deep.equal({schedule: false, messages: true})
    expect(settingsOf({}, 'developer', {native: {messages: true}}).native).to.deep.equal({})
  })

  it('leaves an agent in the mode plan the question with which it leaves that mode', () => {
    expect(settingsOf({permissionMode: 'plan'}).native).to.deep.equal({questions: true})
    expect(settingsOf({permissionMode: 'plan', native: {questions: false}}).native).to.deep.equal({questions: false})
  })
})
