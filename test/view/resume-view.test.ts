import {expect} from 'chai'
import {resumeLines} from '../../src/view/resume-view.js'

describe('resumeLines', () => {
  const lines = (...resumed: Parameters<typeof resumeLines>[0]['resumed']) => resumeLines({id: 'p_1', state: 'running', resumed})

  it('name whom the resume woke, and how', () => {
    const text = lines({role: 'tester', how: 'starts'}, {role: 'writer', how: 'tries-again'}, {role: 'developer', how: 'starts'})
    expect(text).to.deep.equal([
      'The project p_1 is running.',
      'Started again: tester, developer.',
      'Trying again now what was refused: writer.',
      'Look: orch attach p_1 · orch status p_1',
    ])
  })

  it('say so when there was no one to wake', () => {
    expect(lines()[1]).to.equal('No agent had ended or was held up: all stay as they are.')
  })
})
