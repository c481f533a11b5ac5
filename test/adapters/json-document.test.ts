import {execFileSync} from 'node:child_process'
import {mkdir, readFile, readdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {JsonDocument} from '../../src/adapters/json-document.js'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {refusal} from '../support/failure.js'
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

  it('refuses when the only generation is damaged', async () => {
    await writeFile(path(), 'torn')
    await refusal('ORCH_STATE', open().read())
  })

  it('fails with ORCH_STORE_WRITE where nothing can be written', async () => {
    await writeFile(join(folder(), 'file'), '')
    const error = await refusal('ORCH_STORE_WRITE', open(join(folder(), 'file', 'note.json')).write({text: 'x'}))
    expect(error.exit).to.equal(1)
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
