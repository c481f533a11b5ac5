import {appendFile, mkdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {FileEventLog} from '../../src/adapters/event-log.js'
import type {LoggedEvent} from '../../src/domain/event.js'
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
