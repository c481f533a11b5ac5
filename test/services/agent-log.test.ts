import {expect} from 'chai'
import {newLines} from '../../src/services/agent-log.js'

describe('newLines', () => {
  const lines = (text: string) => (text === '' ? [] : text.split(' '))
  for (const [what, told, now, fresh] of [
    ['everything at first', '', 'a b', 'a b'],
    ['nothing of what stands as it was', 'a b', 'a b', ''],
    ['what was added', 'a b', 'a b c d', 'c d'],
    ['what was added when the top has scrolled away', 'a b c d e f g h i j k l m n', 'c d e f g h i j k l m n o', 'o'],
    ['what was added to repeated lines', 'x x', 'x x y', 'y'],
    ['a screen that was drawn anew, from where it differs', 'head a b', 'head c', 'c'],
    ['nothing when lines were taken away', 'a b c', 'a b', ''],
  ] as const) {
    it(`tells ${what}`, () => expect(newLines(lines(told), lines(now))).to.deep.equal(lines(fresh)))
  }
})
