import {utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {inOrder} from '../../src/adapters/report-order.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('inOrder', () => {
  const folder = useTemporaryFolder()

  /** @param seconds UTC of its last byte */
  async function put(name: string, seconds: number): Promise<string> {
    await writeFile(join(folder(), name), '')
    await utimes(join(folder(), name), seconds, seconds)
    return name
  }

  it('is that of time', async () => {
    const names = [await put('9.0.report', 30), await put('5.0.report', 10), await put('7.0.report', 20)]
    expect(await inOrder(folder(), names)).to.deep.equal(['5.0.report', '7.0.report', '9.0.report'])
  })

  it('is that of processes where the clock cannot tell: ten is behind nine', async () => {
    const names = [await put('10.0.report', 10), await put('9.0.report', 10), await put('11.3.report', 10)]
    expect(await inOrder(folder(), names)).to.deep.equal(['9.0.report', '10.0.report', '11.3.report'])
  })

  it('is that of processes also when their numbers begin anew', async () => {
    const names = [
      await put('301.0.report', 10),
      await put('32766.0.report', 10),
      await put('32767.0.report', 10),
      await put('300.0.report', 10),
    ]
    expect(await inOrder(folder(), names)).to.deep.equal(['32766.0.report', '32767.0.report', '300.0.report', '301.0.report'])
  })

  it('puts those of earlier versions first, by name, and loses nothing that is gone or strange', async () => {
    const names = [await put('9.0.report', 1), '17-b.json', '8.0.report', 'x.report', '16-a.json']
    expect(await inOrder(folder(), names)).to.deep.equal(['16-a.json', '17-b.json', 'x.report', '8.0.report', '9.0.report'])
  })
})
