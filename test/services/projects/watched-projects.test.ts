import {expect} from 'chai'
import {Attendance} from '../../../src/services/projects/watched-projects.js'

describe('Attendance', () => {
  it('lasts while anybody watches, and counts nobody out twice', () => {
    const attendance = new Attendance()
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
