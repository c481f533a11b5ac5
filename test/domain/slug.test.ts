import {expect} from 'chai'
import fc from 'fast-check'
import {slugOf} from '../../src/domain/slug.js'

describe('slugOf', () => {
  it('is fit for a branch, a folder and a session, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 80}), (name) => {
        expect(slugOf(name)).to.match(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/)
        expect(slugOf(name).length).to.be.at.most(32)
      }),
    )
  })

  it('leaves a slug as it is', () => {
    fc.assert(fc.property(fc.string(), (name) => void expect(slugOf(slugOf(name))).to.equal(slugOf(name))))
  })

  for (const [name, slug] of [
    ['My App', 'my-app'],
    ['Crème brûlée', 'creme-brulee'],
    ['../../etc/passwd', 'etc-passwd'],
    ['--force', 'force'],
    ['$(reboot)', 'reboot'],
    ['日本', ''],
    [`${'a'.repeat(31)} b`, 'a'.repeat(31)],
  ] as const) {
    it(`of ${JSON.stringify(name)} is ${JSON.stringify(slug)}`, () => expect(slugOf(name)).to.equal(slug))
  }
})
