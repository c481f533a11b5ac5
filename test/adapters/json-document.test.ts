import {execFileSync} from 'node:child_process'
import {cp, mkdir, readFile, readdir, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {JsonDocument} from '../../src/adapters/json-document.js'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {failingCalls, type Fault} from '../support/failing-calls.js'
import {failureOf, refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

interface Note {
  readonly text: string
}
const SCHEMA = {type: 'object', required: ['text'], properties: {text: {type: 'string'}}}

describe('JsonDocument', () => {
  const folder = useTemporaryFolder()
  const path = () => join(folder(), 'note.json')
  let logger: MemoryLogger
  const open = (file = path()) => new JsonDocument<Note>({path: file, schema: SCHEMA, schemas: new AjvValidator(), logger})
  const openWith = (fault: Fault | null) => {
    const {calls, made} = failingCalls(fault)
    return {document: new JsonDocument<Note>({path: path(), schema: SCHEMA, schemas: new AjvValidator(), logger, calls}), made}
  }
  const inodeOf = async (file: string) => (await stat(file)).ino
  /** A document with generations `one` and `two`. */
  const withTwoGenerations = async () => {
    await open().write({text: 'one'})
    await open().write({text: 'two'})
  }

  beforeEach(() => {
    logger = new MemoryLogger()
  })

  it('reads nothing before the first write, then what was written last', async () => {
    expect(await open().read()).to.equal(null)
    await open().write({text: 'one'})
    await open().write({text: 'two'})
    expect(await open().read()).to.deep.equal({text: 'two'})
    expect((await stat(path())).mode & 0o777).to.equal(0o600)
  })

  for (const [what, torn] of [
    ['torn', '{"text": "tw'],
    ['empty', ''],
    ['full of NULs', '\0'.repeat(40)],
    ['of another shape', '{"words": 1}'],
  ] as const) {
    it(`falls back to the generation before when the file is ${what}, says so and keeps it`, async () => {
      await open().write({text: 'one'})
      await open().write({text: 'two'})
      await writeFile(path(), torn)
      expect(await open().read()).to.deep.equal({text: 'one'})
      expect(await readFile(`${path()}.damaged`, 'utf8')).to.equal(torn)
      expect(logger.lines.map(({level}) => level)).to.deep.equal(['error'])
    })
  }

  it('refuses when both generations are damaged, and keeps both', async () => {
    await open().write({text: 'one'})
    await open().write({text: 'two'})
    await writeFile(path(), 'torn')
    await writeFile(`${path()}.previous`, 'torn too')
    const error = await refusal('ORCH_STATE', open().read())
    expect(error.message).to.include(path())
    expect(await readFile(path(), 'utf8')).to.equal('torn')
    expect(await readFile(`${path()}.previous`, 'utf8')).to.equal('torn too')
  })

  it('puts the generation before back in the place of a damaged file, so that the next write rotates no damaged file over a good one', async () => {
    await withTwoGenerations()
    await writeFile(path(), 'torn')
    const document = open()
    const {value, fallback} = await document.load()
    expect(value).to.deep.equal({text: 'one'})
    expect(fallback).to.match(/^it is damaged \(.*JSON/)
    await document.write({text: 'three'})
    await writeFile(path(), 'torn again')
    expect(await open().load()).to.deep.include({value: {text: 'one'}})
    expect(await readFile(`${path()}.damaged`, 'utf8')).to.equal('torn again')
    expect(await readFile(`${path()}.damaged.1`, 'utf8')).to.equal('torn')
  })

  for (const [what, make] of [
    ['a named pipe', (file: string) => void execFileSync('mkfifo', [file])],
    ['a folder', (file: string) => mkdir(file)],
  ] as const) {
    it(`puts the generation before in the place of ${what}, without waiting for it`, async () => {
      await withTwoGenerations()
      await rm(path())
      await make(path())
      expect((await open().load()).value).to.deep.equal({text: 'one'})
      expect((await stat(`${path()}.damaged`)).isFile()).to.equal(false)
      await open().write({text: 'three'})
      expect(await open().load()).to.deep.include({value: {text: 'three'}, fallback: null})
    })
  }

  describe('with numbered shapes', () => {
    const VALUE = {schema: 2, text: 'one'}
    const shapes = {newest: 2, upgrade: ({words, ...rest}: Readonly<Record<string, unknown>>) => ({...rest, schema: 2, text: words})}
    const document = () => new JsonDocument<Note>({path: path(), schema: SCHEMA, shapes, schemas: new AjvValidator(), logger})
    const earlier = '{"schema": 1, "words": "one"}'
    const newer = '{"schema": 3, "text": "ein"}'

    it('reads an earlier shape as the newest, and leaves the file to the next write', async () => {
      await writeFile(path(), earlier)
      expect(await document().load()).to.deep.equal({value: VALUE, fallback: null, isEarlier: true})
      expect(await readFile(path(), 'utf8')).to.equal(earlier)
      await document().write({...VALUE})
      expect(await document().load()).to.deep.equal({value: VALUE, fallback: null, isEarlier: false})
      expect(await readFile(`${path()}.previous`, 'utf8')).to.equal(earlier)
    })

    it('falls back to an earlier shape as to any generation before', async () => {
      await writeFile(path(), 'torn')
      await writeFile(`${path()}.previous`, earlier)
      expect(await document().load()).to.deep.include({value: VALUE, isEarlier: true})
      expect((await document().load()).fallback).to.equal(null)
    })

    for (const [what, file, before] of [
      ['the current file', newer, earlier],
      ['the generation before a torn file', 'torn', newer],
    ] as const) {
      it(`reads and replaces nothing when ${what} is of a newer orch`, async () => {
        await writeFile(path(), file)
        await writeFile(`${path()}.previous`, before)
        const error = await refusal('ORCH_STATE', document().load())
        expect(error.details.why).to.equal('it was written by a newer orch (schema 3, this one knows 2)')
        expect(error.remedy).to.include('Install that version')
        if (file === newer) await refusal('ORCH_STATE', document().write({...VALUE}))
        expect(await readFile(path(), 'utf8')).to.equal(file)
        expect(await readFile(`${path()}.previous`, 'utf8')).to.equal(before)
        expect(await readdir(folder())).to.have.length(2)
      })
    }
  })

  it('keeps three damaged files at most', async () => {
    await withTwoGenerations()
    for (const torn of ['a', 'b', 'c', 'd', 'e']) {
      await writeFile(path(), torn)
      await open().load()
    }
    const damaged = (await readdir(folder())).filter((name) => name.includes('.damaged')).sort()
    expect(damaged).to.deep.equal(['note.json.damaged', 'note.json.damaged.1', 'note.json.damaged.2'])
    expect(await Promise.all(damaged.map((name) => readFile(join(folder(), name), 'utf8')))).to.deep.equal(['e', 'd', 'c'])
  })

  it('keeps a file that was damaged between two writes of one process, and the generation before it', async () => {
    const document = open()
    await document.write({text: 'one'})
    await document.write({text: 'two'})
    await writeFile(path(), 'torn')
    await document.write({text: 'three'})
    expect(await open().read()).to.deep.equal({text: 'three'})
    expect(await readFile(`${path()}.damaged`, 'utf8')).to.equal('torn')
    await writeFile(path(), 'torn')
    expect(await open().read()).to.deep.equal({text: 'one'})
  })

  it('takes the generation before when the current file is missing', async () => {
    await withTwoGenerations()
    await rm(path())
    expect(await open().load()).to.deep.include({value: {text: 'one'}, fallback: 'it is missing'})
    expect(await open().load()).to.deep.include({value: {text: 'one'}, fallback: null})
  })

  it('leaves the disk as it is when it only looks', async () => {
    await withTwoGenerations()
    await writeFile(path(), 'torn')
    const before = (await readdir(folder())).sort()
    expect(await open().load({mends: false})).to.deep.include({value: {text: 'one'}})
    expect((await readdir(folder())).sort()).to.deep.equal(before)
    expect(await readFile(path(), 'utf8')).to.equal('torn')
  })

  it('falls back on a full disk too, and mends the file with the first write that has room', async () => {
    await withTwoGenerations()
    await writeFile(path(), 'torn')
    const {document} = openWith({kind: 'full'})
    expect(await document.load()).to.deep.include({value: {text: 'one'}})
    await refusal('ORCH_STORE_WRITE', document.write({text: 'x'}))
    const {document: roomy} = openWith(null)
    expect(await roomy.read()).to.deep.equal({text: 'one'})
    await roomy.write({text: 'three'})
    expect(await open().read()).to.deep.equal({text: 'three'})
    await writeFile(path(), 'torn')
    expect(await open().read()).to.deep.equal({text: 'one'})
  })

  it('keeps both generations as they were when a write finds no room', async () => {
    await withTwoGenerations()
    await refusal('ORCH_STORE_WRITE', openWith({kind: 'full'}).document.write({text: 'three'}))
    expect(await readdir(folder())).to.have.members(['note.json', 'note.json.previous'])
    expect(await inodeOf(path())).not.to.equal(await inodeOf(`${path()}.previous`))
    await writeFile(path(), 'torn')
    expect(await open().read()).to.deep.equal({text: 'one'})
  })

  it('makes its folder again when somebody removed it', async () => {
    const document = open(join(folder(), 'state', 'note.json'))
    await document.write({text: 'one'})
    await rm(join(folder(), 'state'), {recursive: true})
    await document.write({text: 'two'})
    expect(await document.read()).to.deep.equal({text: 'two'})
  })

  /** Runs `work` in copies of one folder, killed at each of its calls in turn. @param then looks at what the kill left */
  const killedEverywhere = async (work: (document: JsonDocument<Note>) => Promise<unknown>, then: (at: string) => Promise<void>) => {
    const before = join(folder(), '..', `${folder().split('/').pop()}-before`)
    await cp(folder(), before, {recursive: true})
    const restore = async () => {
      for (const name of await readdir(folder())) await rm(join(folder(), name))
      await cp(before, folder(), {recursive: true, preserveTimestamps: true})
    }
    try {
      const whole = openWith(null)
      await work(whole.document)
      const total = whole.made()
      expect(total).to.be.greaterThan(3)
      for (let at = 0; at < total; at++)
        for (const half of [false, true]) {
          await restore()
          expect(await failureOf(work(openWith({kind: 'kill', at, half}).document))).to.be.an('error')
          await then(`killed at call ${at} of ${total}${half ? ', half done' : ''}`)
        }
    } finally {
      await rm(before, {recursive: true})
    }
  }

  it('has the new generation or the one before after a kill at any call of a write, and one more should that be damaged', async () => {
    await withTwoGenerations()
    await killedEverywhere(
      (document) => document.write({text: 'three'}),
      async (at) => {
        const {value} = await open().load({mends: false})
        expect(value?.text, at).to.be.oneOf(['two', 'three'])
        await writeFile(path(), 'torn')
        const {value: before} = await open().load({mends: false})
        expect(before?.text, at).to.equal(value?.text === 'three' ? 'two' : 'one')
      },
    )
  })

  it('has the good generation after a kill at any call of a fallback and of the write that follows', async () => {
    await withTwoGenerations()
    await writeFile(path(), 'torn')
    await killedEverywhere(
      async (document) => {
        await document.load()
        await document.write({text: 'three'})
      },
      async (at) => {
        const {value} = await open().load()
        expect(value?.text, at).to.be.oneOf(['one', 'three'])
        await writeFile(path(), 'torn')
        expect((await open().load()).value?.text, at).to.equal('one')
      },
    )
  })

  it('has the newest generation or nothing after a kill at any call of a removal', async () => {
    await withTwoGenerations()
    // The last call takes the current file away; what is done by then is whole.
    const {document, made} = openWith(null)
    await document.remove()
    for (let at = 0; at < made(); at++) {
      await withTwoGenerations()
      await failureOf(openWith({kind: 'kill', at, half: false}).document.remove())
      expect(await open().load()).to.deep.include({value: {text: 'two'}, fallback: null})
      await open().remove()
    }
  })

  it('refuses when the only generation is damaged', async () => {
    await writeFile(path(), 'torn')
    await refusal('ORCH_STATE', open().read())
  })

  it('fails with ORCH_STORE_WRITE where nothing can be written', async () => {
    await writeFile(join(folder(), 'file'), '')
    const error = await refusal('ORCH_STORE_WRITE', open(join(folder(), 'file', 'note.json')).write({text: 'x'}))
    expect(error.exit).to.equal(75)
  })

  it('removes both generations', async () => {
    await open().write({text: 'one'})
    await open().write({text: 'two'})
    await open().remove()
    expect(await readdir(folder())).to.deep.equal([])
    expect(await open().read()).to.equal(null)
  })

  it('changes nothing on a full disk, and goes on when there is room', async function () {
    const disk = join(folder(), 'disk')
    await mkdir(disk)
    if (!mountTiny(disk)) return this.skip()
    try {
      const document = open(join(disk, 'note.json'))
      await document.write({text: 'fits'})
      await refusal('ORCH_STORE_WRITE', document.write({text: 'x'.repeat(1024 * 1024)}))
      expect(await document.read()).to.deep.equal({text: 'fits'})
      expect((await readdir(disk)).filter((name) => name.endsWith('.tmp'))).to.deep.equal([])
      await document.write({text: 'fits again'})
      expect(await document.read()).to.deep.equal({text: 'fits again'})
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

/** A disk of 64 KB. @returns false where this user may mount nothing */
function mountTiny(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], {stdio: 'ignore'})
    return true
  } catch {
    console.log('      no full disk: this user may mount nothing')
    return false
  }
}
