import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {PassThrough} from 'node:stream'
import {expect} from 'chai'
import {readInput} from '../../src/view/read-input.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('readInput', () => {
  const folder = useTemporaryFolder()

  it('reads a file as it is', async () => {
    const text = 'ünïcödé 漢字 \u0000 \u001b[2J\r\n'
    await writeFile(join(folder(), 'notes.md'), text)
    expect(await readInput(join(folder(), 'notes.md'))).to.equal(text)
  })

  it('reads standard input for -, to its end', async () => {
    const own = Object.getOwnPropertyDescriptor(process, 'stdin')!
    const input = new PassThrough()
    Object.defineProperty(process, 'stdin', {value: input, configurable: true})
    try {
      const reading = readInput('-')
      // A character in two pieces.
      for (const piece of [Buffer.from('a 漢').subarray(0, 3), Buffer.from('a 漢').subarray(3), '\n']) input.write(piece)
      input.end()
      expect(await reading).to.equal('a 漢\n')
    } finally {
      Object.defineProperty(process, 'stdin', own)
    }
  })

  it('says which file cannot be read, why, and what else there is', async () => {
    const missing = await refusal('ORCH_USAGE', readInput(join(folder(), 'none.md')))
    expect(missing.message).to.include('none.md').and.include('there is no such file')
    expect(missing.remedy).to.include('- for standard input')
    await mkdir(join(folder(), 'dir'))
    expect((await refusal('ORCH_USAGE', readInput(join(folder(), 'dir')))).message).to.include('it is a folder')
    await refusal('ORCH_USAGE', readInput(''))
  })
})
