import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {isPersonAtTerminal} from '../../src/adapters/person-proof.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('isPersonAtTerminal', () => {
  const temporary = useTemporaryFolder()

  /** A process as proc(5) shows it. */
  async function runs(pid: number | 'self', parent: number, terminal: number, environ = 'HOME=/home/x\0', name = 'bash'): Promise<void> {
    await mkdir(join(temporary(), String(pid)), {recursive: true})
    await writeFile(join(temporary(), String(pid), 'stat'), `${pid} (${name}) S ${parent} 1 1 ${terminal} 1 0 0`)
    await writeFile(join(temporary(), String(pid), 'environ'), environ)
  }

  beforeEach(async () => {
    await runs('self', 1, 0)
    await runs(10, 1, 34816)
  })

  it('is a process with a terminal, and nothing of an agent above it', async () => {
    await runs(20, 10, 34816, undefined, 'a) S (name')
    expect(await isPersonAtTerminal(20, temporary())).to.equal(true)
  })

  it('is none without a terminal, below a run, with the mark of one, or that is not there', async () => {
    await runs(20, 10, 0)
    expect(await isPersonAtTerminal(20, temporary())).to.equal(false)
    await runs(30, 10, 34816, 'A=1\0ORCH_RUN=r_1\0')
    await runs(31, 30, 34816)
    expect(await isPersonAtTerminal(31, temporary())).to.equal(false)
    await runs(32, 10, 34816, 'ORCH_AGENT=a_1\0')
    expect(await isPersonAtTerminal(32, temporary())).to.equal(false)
    expect(await isPersonAtTerminal(99, temporary())).to.equal(false)
  })

  it('is whoever says so where there is no /proc', async () => {
    expect(await isPersonAtTerminal(20, join(temporary(), 'nowhere'))).to.equal(true)
  })
})
