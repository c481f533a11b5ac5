import {readFileSync} from 'node:fs'
import {expect} from 'chai'
import {GATES} from '../../src/screen/gates.js'
import {keysTo, readOptions} from '../../src/screen/options.js'

const TABLE = JSON.parse(readFileSync(new URL('../../data/gates.json', import.meta.url), 'utf8')) as {
  readonly versions: Readonly<Record<string, readonly string[] | string>>
}
const VERIFIED = JSON.parse(readFileSync(new URL('../../data/verified-versions.json', import.meta.url), 'utf8')) as string[]

/** A dialog's options as Claude Code draws them. */
const drawn = (options: readonly string[], highlighted: number) => [
  'Some words of the dialog',
  '',
  ...options.map((option, index) => `${index === highlighted ? ' ❯ ' : '   '}${option}`),
  '',
  'Enter to confirm · Esc to cancel',
]

describe('the table of gates', () => {
  it('tells the versions the suite runs apart from those run by hand', () => {
    expect(TABLE.versions['run in the test suite']).to.deep.equal(VERIFIED)
    const run = [TABLE.versions['run in the test suite'], TABLE.versions['run by hand']].flat()
    for (const {name, seen} of GATES) expect(run, name).to.include.members(seen.flatMap(({versions}) => versions))
  })

  for (const gate of GATES) {
    for (const {versions, options, highlighted} of gate.seen) {
      it(`leads through ${gate.name} of ${versions.join(', ')} by the text of one option`, () => {
        if (gate.choose === null) {
          expect(options.length).to.be.greaterThan(1)
          return
        }
        let at = highlighted
        const pressed: string[] = []
        for (let step = 0; step < 3 && pressed.at(-1) !== 'Enter'; step++) {
          const keys = keysTo(readOptions(drawn(options, at)), gate.choose)
          expect(keys, 'a way on').to.not.equal(null)
          pressed.push(...keys!)
          at += keys!.filter((key) => key === 'Down').length - keys!.filter((key) => key === 'Up').length
        }
        expect(pressed.at(-1)).to.equal('Enter')
        expect(options[at]!.replace(/^\d+\. /, '')).to.match(gate.choose)
        expect(options[at]).to.not.match(/No, exit|Upgrade/)
      })
    }
  }
})
