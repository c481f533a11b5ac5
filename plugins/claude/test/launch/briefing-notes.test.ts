import {expect} from 'chai'
import {testPorts} from '@orch/plugin-kit/testing'
import {ClaudeDriver} from '../../src/index.js'

describe('what a briefing says of Claude Code', () => {
  const notes = (settings: object, options: object = {}) =>
    new ClaudeDriver(testPorts()).briefing({role: 'developer', settings: {...settings}, options: {...options}}).join('\n')

  it('names orch ask in place of its own question tool', () => {
    expect(notes({})).to.include('AskUserQuestion').and.include('denied at once').and.include('Use `orch ask`.')
  })

  it('speaks of denials only in the mode that denies', () => {
    expect(notes({permissionMode: 'default'})).not.to.include('denied')
    expect(notes({roles: {developer: {permissionMode: 'bypass'}}})).not.to.include('denied')
    expect(notes({}, {permissionMode: 'acceptEdits'})).not.to.include('denied')
  })
})
