import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, readdir, rename, rm, symlink, truncate, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {expect} from 'chai'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {Spool} from '../../src/adapters/spool.js'
import type {SpooledReport} from '../../src/domain/spooled-report.js'
import {eventually} from '../contract/eventually.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const report = (event: string): SpooledReport => ({project: 'p_1', agent: 'a_1', run: 'r_1', token: 't', event, payload: {}})

describe('Spool', () => {
  const temporary = useTemporaryFolder()
  let logger: MemoryLogger
  beforeEach(() => (logger = new MemoryLogger()))
  const folder = () => join(temporary(), 'spool')
  const put = async (name: string, text: string) => {
    await mkdir(folder(), {recursive: true})
    await writeFile(join(folder(), name), text)
  }
  /** As a hook writes it: complete under its name at once. */
  const putAtOnce = async (name: string, text: string) => {
    await put(`${name}.tmp`, text)
    await rename(join(folder(), `${name}.tmp`), join(folder(), name))
  }
  const readAll = async (spool = new Spool(folder(), logger)) => {
    const events: string[] = []
    for (const name of await spool.list()) {
      const found = await spool.read(name)
      if (found) events.push(found.report.event)
      if (found) await spool.remove(name)
    }
    return events
  }

  it('has nothing where there is no folder yet', async () => {
    expect(await readAll()).to.deep.equal([])
  })

  it('hands reports over in the order of their names, once', async () => {
    const names = Array.from({length: 26}, (_, index) => String.fromCharCode('a'.charCodeAt(0) + index))
    for (const name of [...names].reverse()) await put(`${name}.json`, JSON.stringify(report(name)))
    expect(await readAll()).to.deep.equal(names)
    expect(await readAll()).to.deep.equal([])
    expect(await readdir(folder())).to.deep.equal([])
  })

  it('leaves alone what is still being written, and the marker of the hook', async () => {
    await put('1-a.tmp', '{"half')
    await put('.started', '')
    expect(await readAll()).to.deep.equal([])
    expect((await readdir(folder())).sort()).to.deep.equal(['.started', '1-a.tmp'])
  })

  for (const [what, make] of [
    ['a folder', (path: string) => mkdir(path)],
    ['a FIFO', async (path: string) => void execFileSync('mkfifo', [path])],
    ['a socket', (path: string) => once(createServer().unref().listen(path), 'listening').then(() => {})],
    ['a link', (path: string) => symlink('/etc/passwd', path)],
    ['a link to nothing', (path: string) => symlink('/nowhere', path)],
    ['no JSON', (path: string) => writeFile(path, 'not json')],
    ['JSON of another kind', (path: string) => writeFile(path, 'null')],
    ['a report with parts missing', (path: string) => writeFile(path, '{"event": "Stop"}')],
    ['longer than any report', (path: string) => writeFile(path, '').then(() => truncate(path, 17 * 1024 * 1024))],
  ] as const) {
    it(`moves aside an entry that is ${what}, and takes the one behind it`, async () => {
      await mkdir(folder(), {recursive: true})
      await make(join(folder(), '1.json'))
      await put('2.json', JSON.stringify(report('good')))
      expect(await readAll()).to.deep.equal(['good'])
      expect(await readdir(folder())).to.deep.equal(['.bad'])
      expect(await new Spool(folder(), logger).bad()).to.include({folder: join(folder(), '.bad'), count: 1})
      expect(logger.lines.map(({message}) => message)).to.deep.equal(['an entry of the spool is no report and was moved aside'])
    })
  }

  it('says once that an entry can neither be read nor moved, and takes those behind it', async () => {
    await put('.bad', 'a file where the folder should be')
    await mkdir(join(folder(), '1.json'))
    await put('2.json', JSON.stringify(report('good')))
    expect(await readAll()).to.deep.equal(['good'])
    expect((await new Spool(folder(), logger).bad())?.count).to.equal(1)
  })

  it('takes its place back from a file', async () => {
    await writeFile(folder(), 'no folder')
    expect(await readAll()).to.deep.equal([])
    await put('1.json', JSON.stringify(report('good')))
    expect(await readAll()).to.deep.equal(['good'])
  })

  it('has nothing bad to tell of at first', async () => {
    await readAll()
    expect(await new Spool(folder(), logger).bad()).to.equal(null)
  })

  describe('of bin/hook.sh', () => {
    const lines = (payload: string, event = 'Stop') => `p_1\na_1\nr_1\nt\n${event}\n${payload}`
    const only = async () => {
      const spool = new Spool(folder(), logger)
      const [name] = await spool.list()
      return (await spool.read(name!))?.report
    }

    it('are five lines, and what the agent gave', async () => {
      await put('7.0.report', lines('{"a": "x\\ny"}\n'))
      expect(await only()).to.deep.equal({...report('Stop'), payload: {a: 'x\ny'}})
    })

    for (const [what, payload] of [
      ['nothing', ''],
      ['no JSON', '{"a":'],
      ['no object', '[1]'],
      ['more levels than any program handles', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ] as const)
      it(`count as empty when the agent gave ${what}`, async () => {
        await put('7.0.report', lines(payload))
        expect(await only()).to.deep.equal(report('Stop'))
      })

    for (const [what, text] of [
      ['torn in its head', 'p_1\na_1\nr_1'],
      ['empty', ''],
      ['longer than any', lines('x'.repeat(16 * 1024 * 1024))],
    ] as const)
      it(`are moved aside when they are ${what}`, async () => {
        await put('7.0.report', text)
        expect(await readAll()).to.deep.equal([])
        expect((await new Spool(folder(), logger).bad())?.count).to.equal(1)
      })

    it('come behind those of hooks of earlier versions, which agents of these still run', async () => {
      await put('7.0.report', lines('{}', 'new'))
      await put('1-a.json', JSON.stringify(report('old')))
      expect(await readAll()).to.deep.equal(['old', 'new'])
    })

    it('are none for nobody when another look took one in between', async () => {
      await put('7.0.report', lines('{}'))
      const spool = new Spool(folder(), logger)
      const [name] = await spool.list()
      await spool.remove(name!)
      expect(await spool.read(name!)).to.equal(null)
      expect(await spool.bad()).to.equal(null)
    })
  })

  describe('watched', () => {
    let spool: Spool
    let calls: number
    beforeEach(() => {
      calls = 0
      spool = new Spool(folder(), logger)
      spool.watch(() => calls++)
    })
    afterEach(() => spool.close())

    it('tells of a report that comes, and not of what is being written', async () => {
      await spool.list()
      await put('7.0.tmp', 'half')
      await putAtOnce('8.0.report', 'x')
      await eventually(() => expect(calls).to.be.greaterThan(0))
    })

    it('has every report in its list that came before it was watched', async () => {
      await put('7.0.report', 'x')
      expect(await spool.list()).to.deep.equal(['7.0.report'])
    })

    it('tells of its own removal, so that the next list makes it again', async () => {
      await spool.list()
      await rm(folder(), {recursive: true})
      await eventually(() => expect(calls).to.be.greaterThan(0))
    })
  })
})
