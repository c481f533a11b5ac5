import {existsSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'

const ROOT = new URL('../../', import.meta.url)
const PROMISES = readFileSync(fileURLToPath(new URL('docs/security.md', ROOT)), 'utf8')
  .split('## Promises')[1]!
  .split('\n## ')[0]!
/** `| promise | \`file\`: title |` */
const ROWS = [...PROMISES.matchAll(/^\| (?<promise>\S.*?) +\| `(?<file>[^`]+)`: (?<title>.*?) *\|$/gm)].map(({groups}) => groups!)

describe('docs/security.md', () => {
  it('makes its promises one a line, each with a test', () => {
    const lines = PROMISES.split('\n').filter((line) => line.startsWith('|'))
    expect(ROWS).to.have.length(lines.length - 2)
    expect(ROWS.length).to.be.at.least(20)
  })

  for (const {promise, file, title} of ROWS) {
    it(`names a test that is there: ${promise}`, () => {
      const path = fileURLToPath(new URL(file!, ROOT))
      expect(existsSync(path), file).to.equal(true)
      const quoted = readFileSync(path, 'utf8').matchAll(/(?:it|describe)\(\s*(['"`])(.*?)\1/gs)
      expect(
        [...quoted].map(([, , text]) => text),
        file,
      ).to.include(title)
    })
  }
})
