import {appendFile, mkdtemp, rm, truncate, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {readLinesFrom} from '../../src/files/index.js'
import {memoryAskedFor} from '../support/memory.js'

describe('readLinesFrom', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orch-kit-'))
    path = join(folder, 'lines')
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))
  const read = async (position: number | null) => {
    const lines: string[] = []
    return {position: await readLinesFrom(path, position, (line) => lines.push(line)), lines}
  }

  it('goes on behind the last whole line', async () => {
    await writeFile(path, 'one\ntwo\nhal')
    expect(await read(null)).to.deep.equal({position: 8, lines: ['one', 'two']})
    await appendFile(path, 'f\nfour\n')
    expect(await read(8)).to.deep.equal({position: 18, lines: ['half', 'four']})
    expect(await read(18)).to.deep.equal({position: 18, lines: []})
  })

  it('reads a file that became shorter from its start', async () => {
    await writeFile(path, 'one\ntwo\n')
    await truncate(path, 4)
    expect(await read(8)).to.deep.equal({position: 4, lines: ['one']})
  })

  it('reads lines that reach over several chunks', async () => {
    const long = 'x'.repeat(1_500_000)
    await writeFile(path, `${long}\n${long}\nend\n`)
    expect((await read(null)).lines.map(({length}) => length)).to.deep.equal([1_500_000, 1_500_000, 3])
  })

  it('asks for no memory when nothing was added: a team has a transcript for each agent', async () => {
    await writeFile(path, 'one\n')
    const asked = await memoryAskedFor(async () => {
      expect(await read(4)).to.deep.equal({position: 4, lines: []})
    })
    expect(asked).to.equal(0)
  })
})
