import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, readdir, symlink, truncate, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {expect} from 'chai'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {Spool, type SpooledReport} from '../../src/adapters/spool.js'
import {failureOf} from '../support/failure.js'
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
  const drain = async () => {
    const taken: string[] = []
    const count = await new Spool(folder(), logger).drain(async ({event}) => void taken.push(event))
    return {taken, count}
  }

  it('has nothing where there is no folder yet', async () => {
    expect(await drain()).to.deep.equal({taken: [], count: 0})
  })

  it('hands reports over in the order of their names, once', async () => {
    const names = Array.from({length: 26}, (_, index) => String.fromCharCode('a'.charCodeAt(0) + index))
    for (const name of [...names].reverse()) await put(`${name}.json`, JSON.stringify(report(name)))
    expect(await drain()).to.deep.equal({taken: names, count: 26})
    expect(await drain()).to.deep.equal({taken: [], count: 0})
    expect(await readdir(folder())).to.deep.equal([])
  })

  it('leaves alone what is still being written, and the marker of the hook', async () => {
    await put('1-a.tmp', '{"half')
    await put('.started', '')
    expect((await drain()).taken).to.deep.equal([])
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
      expect(await drain()).to.deep.equal({taken: ['good'], count: 1})
      expect(await readdir(folder())).to.deep.equal(['.bad'])
      expect(await new Spool(folder(), logger).bad()).to.include({folder: join(folder(), '.bad'), count: 1})
      expect(logger.lines.map(({message}) => message)).to.deep.equal(['an entry of the spool is no report and was moved aside'])
    })
  }

  it('says once that an entry can neither be read nor moved, and takes those behind it', async () => {
    await put('.bad', 'a file where the folder should be')
    await mkdir(join(folder(), '1.json'))
    await put('2.json', JSON.stringify(report('good')))
    expect((await drain()).taken).to.deep.equal(['good'])
    expect((await new Spool(folder(), logger).bad())?.count).to.equal(1)
  })

  it('takes its place back from a file', async () => {
    await writeFile(folder(), 'no folder')
    expect(await drain()).to.deep.equal({taken: [], count: 0})
    await put('1.json', JSON.stringify(report('good')))
    expect((await drain()).taken).to.deep.equal(['good'])
  })

  it('has nothing bad to tell of at first', async () => {
    await drain()
    expect(await new Spool(folder(), logger).bad()).to.equal(null)
  })

  it('keeps a report that could not be taken, and those after it', async () => {
    await put('1.json', JSON.stringify(report('first')))
    await put('2.json', JSON.stringify(report('second')))
    const full = new Error('the disk is full')
    expect(await failureOf(new Spool(folder(), logger).drain(() => Promise.reject(full)))).to.equal(full)
    expect((await drain()).taken).to.deep.equal(['first', 'second'])
  })
})
