import {appendFile, mkdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {FileEventLog} from '../../src/adapters/event-log.js'
import type {LoggedEvent} from '../../src/domain/event.js'
import {eventually} from '../contract/eventually.js'
import {failingCalls} from '../support/failing-calls.js'
import {failureOf} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const event = (revision: number): LoggedEvent => ({
  at: revision,
  project: 'p_1',
  revision,
  type: 'incident',
  agent: null,
  data: {text: 'a\nb "c"'},
})

describe('FileEventLog', () => {
  const folder = useTemporaryFolder()
  const file = () => join(folder(), 'p_1', 'events.jsonl')
  const read = async (log: FileEventLog) => {
    const events: LoggedEvent[] = []
    for await (const each of log.read('p_1')) events.push(each)
    return events
  }

  it('reads back what was appended, in the order it was asked for', async () => {
    const log = new FileEventLog(folder())
    await Promise.all(Array.from({length: 30}, (_, index) => log.append('p_1', [event(index)])))
    expect(await read(log)).to.deep.equal(Array.from({length: 30}, (_, index) => event(index)))
    expect((await stat(file())).mode & 0o777).to.equal(0o600)
  })

  it('has nothing of a project without events', async () => {
    expect(await read(new FileEventLog(folder()))).to.deep.equal([])
  })

  it('passes over a line that a crash tore, and appends after it', async () => {
    const log = new FileEventLog(folder())
    await log.append('p_1', [event(1)])
    await appendFile(file(), JSON.stringify(event(2)).slice(0, 20))
    expect(await read(log)).to.deep.equal([event(1)])
    await log.append('p_1', [event(3), event(4)])
    expect((await read(new FileEventLog(folder()))).map(({revision}) => revision)).to.deep.equal([1, 3, 4])
    expect(await readFile(file(), 'utf8')).to.match(/\n$/)
  })

  it('writes what a full disk did not take later, in order, whole and once', async () => {
    let isFull = false
    const log = new FileEventLog(folder(), {calls: failingCalls({kind: 'full', isFull: () => isFull}).calls})
    await log.append('p_1', [event(1)])
    isFull = true
    for (const revision of [2, 3]) expect(await failureOf(log.append('p_1', [event(revision)]))).to.include({code: 'ENOSPC'})
    expect(await readFile(file(), 'utf8')).to.equal(`${JSON.stringify(event(1))}\n`)
    isFull = false
    await log.append('p_1', [event(4)])
    expect(await readFile(file(), 'utf8')).to.equal([1, 2, 3, 4].map((revision) => `${JSON.stringify(event(revision))}\n`).join(''))
  })

  it('writes them without a further event too, once the disk takes them', async () => {
    let isFull = true
    const log = new FileEventLog(folder(), {retryMs: 5, calls: failingCalls({kind: 'full', isFull: () => isFull}).calls})
    await failureOf(log.append('p_1', [event(1)]))
    isFull = false
    await eventually(async () => expect(await read(log)).to.deep.equal([event(1)]))
  })

  it('says how many events it had to drop, and between which revisions', async () => {
    let isFull = true
    const log = new FileEventLog(folder(), {keeps: 2, calls: failingCalls({kind: 'full', isFull: () => isFull}).calls})
    for (const revision of [1, 2, 3, 4]) await failureOf(log.append('p_1', [event(revision)]))
    isFull = false
    await log.append('p_1', [event(5)])
    expect((await read(log)).map(({type, revision, data}) => (type === 'log.gap' ? data : revision))).to.deep.equal([
      {lost: 3, from: 1, to: 3},
      4,
      5,
    ])
  })

  it('goes on after a failed append', async () => {
    const log = new FileEventLog(folder())
    await writeFile(join(folder(), 'p_1'), 'a file where the folder should be')
    const failed = failureOf(log.append('p_1', [event(1)]))
    const other = log.append('p_2', [event(2)])
    await failed
    await other
    await mkdir(join(folder(), 'p_3'))
    await log.append('p_3', [event(3)])
  })
})
