import {mkdir, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {FolderWatch} from '../../src/adapters/folder-watch.js'
import {eventually} from '../contract/eventually.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('FolderWatch', () => {
  const temporary = useTemporaryFolder()
  const folder = () => join(temporary(), 'watched')
  let logger: MemoryLogger
  let opened: FolderWatch[]

  beforeEach(() => {
    logger = new MemoryLogger()
    opened = []
  })
  afterEach(() => opened.forEach((each) => each.close()))

  function watch(): {readonly seen: Set<string | null>; readonly watch: FolderWatch} {
    const seen = new Set<string | null>()
    const made = new FolderWatch({folder: folder(), onChange: (name) => void seen.add(name), logger})
    opened.push(made)
    return {seen, watch: made}
  }
  const put = async (name: string) => {
    await writeFile(join(folder(), 'draft'), 'x')
    await rename(join(folder(), 'draft'), join(folder(), name))
  }

  it('tells the name of an entry that was renamed into it', async () => {
    await mkdir(folder())
    const {seen, watch: its} = watch()
    await its.arm()
    await put('report')
    await eventually(() => expect([...seen]).to.include('report'))
  })

  for (const [what, replace] of [
    ['removed and made again', () => rm(folder(), {recursive: true}).then(() => mkdir(folder()))],
    ['moved away, and another is in its place', () => rename(folder(), `${folder()}.old`).then(() => mkdir(folder()))],
    [
      'a file for a while',
      async () => {
        await rm(folder(), {recursive: true})
        await writeFile(folder(), '')
        await rm(folder())
        await mkdir(folder())
      },
    ],
  ] as const)
    it(`watches again when it is armed after the folder was ${what}`, async () => {
      await mkdir(folder())
      const {seen, watch: its} = watch()
      await its.arm()
      await replace()
      await its.arm()
      await put('after')
      await eventually(() => expect([...seen]).to.include('after'))
    })

  it('tells when the folder itself is removed', async () => {
    await mkdir(folder())
    const {seen, watch: its} = watch()
    await its.arm()
    await rm(folder(), {recursive: true})
    await eventually(() => expect([...seen]).to.include('watched'))
  })

  it('says nothing of a folder that is not there yet, and watches it once it is', async () => {
    const {seen, watch: its} = watch()
    await its.arm()
    expect(logger.lines).to.deep.equal([])
    await mkdir(folder())
    await its.arm()
    await put('first')
    await eventually(() => expect([...seen]).to.include('first'))
  })

  it('says once that a folder cannot be watched, and goes on', async () => {
    const broken = new FolderWatch({
      folder: folder(),
      onChange: () => {},
      logger,
      watch: () => {
        throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {code: 'ENOSPC'})
      },
    })
    await mkdir(folder())
    await broken.arm()
    await broken.arm()
    expect(logger.lines.map(({level, message}) => [level, message])).to.deep.equal([
      ['warn', 'a folder cannot be watched, and is looked at each second instead'],
    ])
  })

  it('tells nothing once it is closed, and watches no more', async () => {
    await mkdir(folder())
    const [closed, open] = [watch(), watch()]
    await closed.watch.arm()
    await open.watch.arm()
    closed.watch.close()
    await closed.watch.arm()
    await put('late')
    await eventually(() => expect([...open.seen]).to.include('late'))
    expect([...closed.seen]).to.deep.equal([])
  })
})
