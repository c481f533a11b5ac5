import {expect} from 'chai'
import {commandTable, faultOfCommandLine, type CommandFacts, type CommandTable} from '../support/command-table.js'
import {blocksOf, documents, spansOf, textOf} from '../support/documents.js'

/** A section that names commands which do not exist. */
const NOT_YET = /^## What is not there yet\n[^]*/m
/** `orch greet` is the command that the example of docs/plugins.md adds. */
const OF_EXAMPLE: CommandFacts = {flags: new Map(), args: 1, open: false}

describe('commands that the documentation shows', () => {
  let table: CommandTable
  before(async () => {
    table = new Map([...(await commandTable()), ['greet', OF_EXAMPLE]])
  })

  for (const file of documents()) {
    it(`exist with their flags: ${file}`, () => {
      const shown = commandsIn(textOf(file).replace(NOT_YET, ''))
      expect(shown.flatMap((line) => faultOfCommandLine(table, line) ?? [])).to.deep.equal([])
    })
  }

  it('are found in code spans and in blocks of shell', () => {
    const text =
      'Use `orch status --watch` or `git`.\n\n```sh\n$ orch plan spec.md # a plan\norch send a "b"\n```\n\n```yaml\norch run: no\n```\n'
    expect(commandsIn(text)).to.deep.equal(['orch status --watch', 'orch plan spec.md', 'orch send a "b"'])
  })

  it('are faulty when a command, a flag or an argument does not exist', () => {
    const faults = (line: string) => faultOfCommandLine(table, line)
    expect(faults('orch stats')).to.equal('no command: orch stats')
    expect(faults('orch status --wach')).to.equal('orch status: no flag --wach')
    expect(faults('orch port status|override')).to.equal(null)
    expect(faults('orch --version')).to.equal(null)
    expect(faults('orch --verion')).to.be.a('string')
    expect(faults('orch port status|wiat')).to.be.a('string')
    expect(faults('orch pause ONE TWO')).to.equal('orch pause: 2 arguments, it takes 1')
    expect(faults('orch report-status TOPIC "half done" --json')).to.equal(null)
  })
})

/** Every command line of orch that a text shows, without prompt and comment. */
function commandsIn(text: string): string[] {
  const shell = blocksOf(text).filter(({language}) => ['sh', 'bash', 'console'].includes(language))
  const lines = shell
    .flatMap(({body}) => body.split('\n'))
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/\s+#.*$/, '')
        .replace(/ (?:\||>>?|&&|;) .*$/, '')
        .trim(),
    )
  return [...spansOf(text), ...lines].filter((line) => /^orch( [a-z-]|$)/.test(line))
}
