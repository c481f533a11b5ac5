import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {Lineages} from '../../src/adapters/lineages.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

interface Row {
  readonly parent?: number
  readonly session?: number
  /** Device number of the controlling terminal. */
  readonly terminal?: number
  readonly command?: string
  readonly environment?: readonly string[]
  /** Number of the pseudo-terminal whose master it holds. */
  readonly master?: number
}

/** Major 136: the first 256 pseudo-terminals. */
const pts = (index: number) => (136 << 8) | index

/** Over a proc(5) of a test. */
describe('Lineages', () => {
  const proc = useTemporaryFolder()
  const lineages = () => new Lineages({state: '/state', keeper: 'orch-keeper'}, proc())

  async function run(pid: number, {parent = 1, session = pid, terminal = 0, command = 'sh', environment = [], master}: Row = {}) {
    const folder = join(proc(), String(pid))
    await mkdir(join(folder, 'fd'), {recursive: true})
    await mkdir(join(folder, 'fdinfo'))
    const rest = Array.from({length: 30}, () => '0')
    rest[13] = String(pid * 100)
    await writeFile(join(folder, 'stat'), `${pid} (${command}) S ${parent} ${pid} ${session} ${terminal} 0 ${rest.join(' ')}\n`)
    await writeFile(join(folder, 'environ'), environment.map((entry) => `${entry}\0`).join(''))
    if (master === undefined) return
    await symlink('/dev/ptmx', join(folder, 'fd/9'))
    await writeFile(join(folder, 'fdinfo/9'), `pos:\t0\nflags:\t02\ntty-index:\t${master}\n`)
  }
  const pids = (lineage: readonly {pid: number}[]) => lineage.map(({pid}) => pid)

  it('goes up to the first process, whatever a program is called', async () => {
    await run(1, {parent: 0, command: 'init'})
    await run(10, {command: ') S 1 1 1 (', terminal: 5})
    await run(11, {parent: 10})
    expect(pids(await lineages().of(11))).to.deep.equal([11, 10, 1])
    expect((await lineages().of(10))[0]).to.include({command: ') S 1 1 1 (', parent: 1})
    expect([await lineages().hasTerminal(10), await lineages().hasTerminal(11)]).to.deep.equal([true, false])
  })

  it('ends at a process that is gone, and in a circle, which a reused pid may make', async () => {
    await run(20, {parent: 19})
    expect(pids(await lineages().of(20))).to.deep.equal([20])
    expect(await lineages().of(99)).to.deep.equal([])
    await run(30, {parent: 31})
    await run(31, {parent: 30})
    expect(await lineages().of(30)).to.have.length(64)
  })

  it('knows agents and the keeper of this state directory alone', async () => {
    await run(10, {environment: ['ORCH_RUN=r_1', 'ORCH_STATE=/state']})
    await run(11, {environment: ['ORCH_RUN=r_1', 'ORCH_STATE=/state/other']})
    await run(12, {environment: ['X_ORCH_RUN=r_1', 'ORCH_STATE=/state']})
    await run(13, {environment: ['ORCH_KEEPER=orch-keeper']})
    const marks = await Promise.all([10, 11, 12, 13].map(async (pid) => (await lineages().of(pid))[0]!))
    expect(marks.map(({isRun, isKeeper}) => [isRun, isKeeper])).to.deep.equal([
      [true, false],
      [false, false],
      [false, false],
      [false, true],
    ])
  })

  it('looks at who shares a session or a terminal, and who holds the other end of it', async () => {
    await run(10, {session: 10, terminal: pts(3)})
    await run(11, {session: 10, terminal: 0})
    await run(12, {session: 12, terminal: pts(3)})
    await run(13, {session: 13, terminal: pts(4)})
    await run(14, {master: 3})
    await run(15, {master: 33})
    expect((await lineages().around(10)).map(([first]) => first!.pid).sort()).to.deep.equal([10, 11, 12, 14])
    expect(pids(await lineages().leader(11))).to.deep.equal([10])
  })

  it('takes processes without a terminal for nobody’s neighbours', async () => {
    await run(10)
    await run(11)
    await run(14, {master: 0})
    expect((await lineages().around(10)).map(([first]) => first!.pid)).to.deep.equal([10])
    expect(await lineages().around(99)).to.deep.equal([])
  })
})
