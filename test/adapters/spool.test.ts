import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {Spool, type SpooledReport} from '../../src/adapters/spool.js'
import {failureOf} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const report = (event: string): SpooledReport => ({project: 'p_1', agent: 'a_1', run: 'r_1', token: 't', event, payload: {}})

describe('Spool', () => {
  const temporary = useTemporaryFolder()
  const folder = () => join(temporary(), 'spool')
  const put = async (name: string, text: string) => {
    await mkdir(folder(), {recursive: true})
    await writeFile(join(folder(), name), text)
  }
  const drain = async () => {
    const taken: string[] = []
    const count = await new Spool(folder()).drain(async ({event}) => void taken.push(event))
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

  it('drops what is no report, and goes on with the next', async () => {
    await put('1.json', 'not json')
    await put('2.json', 'null')
    await put('3.json', JSON.stringify(report('good')))
    expect((await drain()).taken).to.deep.equal(['good'])
    expect(await readdir(folder())).to.deep.equal([])
  })

  it('keeps a report that could not be taken, and those after it', async () => {
    await put('1.json', JSON.stringify(report('first')))
    await put('2.json', JSON.stringify(report('second')))
    const full = new Error('the disk is full')
    expect(await failureOf(new Spool(folder()).drain(() => Promise.reject(full)))).to.equal(full)
    expect((await drain()).taken).to.deep.equal(['first', 'second'])
  })
})
