import {expect} from 'chai'
import {testPorts} from '@orch/plugin-kit/testing'
import {ClaudeDriver} from '../../src/index.js'

describe('what a briefing says of Claude Code', () => {
  const notes = (settings: object, options: object = {}) =>
    new ClaudeDriver(testPorts()).briefing({role: 'developer', settings: {...settings}, options: {...options}}).join('\n')

  it('names the command of orch in place of each tool that is off', () => {
    expect(notes({}))
      .to.include('AskUserQuestion) and plan mode are off: use `orch ask`')
      .and.include('sessions are off: use `orch send`')
      .and.include('schedules are off: use `orch checkin add`')
  })

  it('says of no tool that it is off while its switch is on', () => {
    const native = {questions: true, messages: true, schedule: true}
    expect(notes({native}))
      .to.include('waits on your screen')
      .and.not.match(/ (is|are) off/)
    expect(notes({}, {permissionMode: 'plan'})).to.include('waits on your screen')
  })

  it('speaks of denials only in the mode that denies', () => {
    expect(notes({})).to.include('denied at once')
    expect(notes({permissionMode: 'default'})).not.to.include('denied')
    expect(notes({roles: {developer: {permissionMode: 'bypass'}}})).not.to.include('denied')
    expect(notes({}, {permissionMode: 'acceptEdits'})).not.to.include('denied')
  })
})
