import {expect} from 'chai'
import {sequence, unchanged, type Change} from '../../src/domain/change.js'
import {aProject} from '../support/builders.js'
import type {Project} from '../../src/domain/model/project.js'

const renamed =
  (suffix: string) =>
  (project: Project): Change => ({
    project: {...project, name: project.name + suffix},
    events: [{type: 'incident', agent: null, data: {suffix}}],
  })

describe('sequence', () => {
  it('does one change on the other and tells of all, in order', () => {
    const {project, events} = sequence(aProject({name: ''}), renamed('a'), unchanged, renamed('b'))
    expect(project.name).to.equal('ab')
    expect(events.map(({data}) => data['suffix'])).to.deep.equal(['a', 'b'])
  })

  it('without changes is unchanged', () => {
    const project = aProject()
    expect(sequence(project)).to.deep.equal(unchanged(project))
  })
})
