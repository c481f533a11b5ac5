import {expect} from 'chai'
import {WatchedProjects} from '../../../src/services/projects/watched-projects.js'

describe('WatchedProjects', () => {
  it('lasts while anybody watches, and counts nobody out twice', () => {
    const attendance = new WatchedProjects()
    expect(attendance.isAttended('p_1')).to.equal(false)
    const [one, two] = [attendance.enter('p_1'), attendance.enter('p_1')]
    one()
    one()
    expect(attendance.isAttended('p_1')).to.equal(true)
    expect(attendance.isAttended('p_2')).to.equal(false)
    two()
    expect(attendance.isAttended('p_1')).to.equal(false)
  })
})
