import {access, mkdir, realpath, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {readConfigFile, type ConfigFile} from '../../src/adapters/config-file.js'
import {readConfigLayer} from '../../src/adapters/config-layer.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const YAML = '# mine\nagent: claude\n\nports:\n  first: 42000\n  perAgent: 5\n'
const JSON_TEXT = '{\n  "agent": "claude",\n  "ports": {\n    "first": 42000,\n    "perAgent": 5\n  }\n}\n'
const VALUES = {agent: 'claude', ports: {first: 42_000, perAgent: 5}}

describe('readConfigFile', () => {
  const folder = useTemporaryFolder()
  const put = (name: string, text: string) => writeFile(join(folder(), name), text)
  const file = async (): Promise<ConfigFile> => {
    const read = await readConfigFile(folder())
    if (read.found !== 'file') throw new Error(JSON.stringify(read))
    return read.file
  }

  for (const name of ['.orchrc', '.orchrc.yaml', '.orchrc.yml', 'orch.config.yaml', 'orch.config.yml']) {
    it(`reads ${name} as YAML, with lines`, async () => {
      await put(name, YAML)
      const {path, values, lineOf} = await file()
      expect(path).to.equal(join(folder(), name))
      expect(values).to.deep.equal(VALUES)
      expect([lineOf(['agent']), lineOf(['ports']), lineOf(['ports', 'perAgent'])]).to.deep.equal([2, 4, 6])
    })
  }

  for (const name of ['.orchrc', '.orchrc.json', 'orch.config.json']) {
    it(`reads ${name} as JSON, with lines`, async () => {
      await put(name, JSON_TEXT)
      const {values, lineOf} = await file()
      expect(values).to.deep.equal(VALUES)
      expect([lineOf(['agent']), lineOf(['ports', 'first'])]).to.deep.equal([2, 4])
    })
  }

  it('reads package.json#orch, with lines of the whole file', async () => {
    await put(
      'package.json',
      `{\n  "name": "x",\n  "agent": "of the package",\n  "orch": {\n    "agent": "claude",\n    "templates": "./t",\n    "client": "./c.js"\n  }\n}\n`,
    )
    const {values, lineOf} = await file()
    // What a plugin's package says there of itself is no configuration.
    expect(values).to.deep.equal({agent: 'claude'})
    expect(lineOf(['agent'])).to.equal(5)
  })

  it('gives the line of the nearest parent for a key that is not there', async () => {
    await put('.orchrc.yaml', YAML)
    expect((await file()).lineOf(['ports', 'surplus', 'deeper'])).to.equal(4)
  })

  for (const name of [
    'orch.config.js',
    'orch.config.mjs',
    'orch.config.cjs',
    'orch.config.ts',
    '.orchrc.js',
    '.orchrc.cjs',
    '.orchrc.ts',
  ]) {
    it(`never runs ${name}`, async () => {
      const marker = join(folder(), 'ran')
      const body = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`
      await put(name, name.endsWith('.mjs') ? `import {writeFileSync} from 'node:fs'\nwriteFileSync(${JSON.stringify(marker)}, '')` : body)
      expect(await readConfigFile(folder())).to.deep.equal({found: 'nothing'})
      expect(await access(marker).catch(() => 'absent')).to.equal('absent')
    })
  }

  it('constructs nothing from a YAML tag', async () => {
    await put('.orchrc.yaml', 'agent: !!js/function "function () { return 1 }"\n')
    const read = await readConfigFile(folder())
    if (read.found === 'file') expect(read.file.values['agent']).to.be.a('string')
    else expect(read.found).to.equal('broken')
  })

  it('finds nothing where there is none, or nothing in it, and never looks into parents', async () => {
    await put('.orchrc.yaml', YAML)
    expect(await readConfigFile(join(folder(), 'below'))).to.deep.equal({found: 'nothing'})
    await put('.orchrc.yaml', '# only words\n')
    expect(await readConfigFile(folder())).to.deep.equal({found: 'nothing'})
    await put('package.json', '{"name": "x"}')
    expect(await readConfigFile(folder())).to.deep.equal({found: 'nothing'})
  })

  it('says where a file is broken', async () => {
    await put('.orchrc.yaml', 'agent: claude\nteam: [a\n')
    const read = await readConfigFile(folder())
    expect(read.found).to.equal('broken')
    expect((read as {problem: string}).problem).to.match(/\.orchrc\.yaml:[23]: /)
  })

  it('refuses a key given twice, and a file that holds no keys', async () => {
    await put('.orchrc.yaml', 'agent: claude\nagent: rehearsal\n')
    expect(((await readConfigFile(folder())) as {problem: string}).problem).to.match(/:2: .*unique/i)
    await put('.orchrc.yaml', '- a\n- b\n')
    expect((await readConfigFile(folder())).found).to.equal('broken')
  })

  it('takes `$import` for a key like any other, and opens nothing for it', async () => {
    await put('other.yaml', 'agent: rehearsal\n')
    await put('.orchrc.yaml', '$import: other.yaml\nagent: claude\n')
    expect((await file()).values).to.deep.equal({$import: 'other.yaml', agent: 'claude'})
  })

  it('takes no options from the working directory, and runs and waits for nothing there', async () => {
    const before = process.cwd()
    const marker = join(folder(), 'ran')
    await mkdir(join(folder(), 'here/.config'), {recursive: true})
    await put(
      'here/.config/config.cjs',
      `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')\nmodule.exports = {cosmiconfig: {}}\n`,
    )
    await put('here/package.json', '{"cosmiconfig": {"searchPlaces": ["of-the-package.yaml"]}}')
    await put('of-the-package.yaml', 'agent: rehearsal\n')
    await put('orch.config.yaml', YAML)
    process.chdir(join(folder(), 'here'))
    try {
      expect((await file()).values).to.deep.equal(VALUES)
      await rm(join(folder(), 'here/package.json'))
      expect((await file()).values).to.deep.equal(VALUES)
      expect(await realpath(process.cwd())).to.equal(await realpath(join(folder(), 'here')))
    } finally {
      process.chdir(before)
    }
    expect(await access(marker).catch(() => 'absent')).to.equal('absent')
  })

  it('reads a place that counts although a later one is refused, and names one that is refused before it', async () => {
    await put('orch.config.yaml', YAML)
    await mkdir(join(folder(), 'orch.config.yml'))
    expect((await file()).values).to.deep.equal(VALUES)
    await mkdir(join(folder(), '.orchrc'))
    expect(await readConfigFile(folder())).to.deep.equal({
      found: 'broken',
      problem: `${join(folder(), '.orchrc')}: it is a folder, not a file`,
    })
  })

  it('is a layer that knows its places, or an error of the configuration', async () => {
    expect(await readConfigLayer('user', folder())).to.equal(null)
    await put('.orchrc.yaml', YAML)
    const layer = await readConfigLayer('project', folder())
    expect(layer).to.deep.include({name: 'project', values: VALUES})
    expect(layer!.placeOf(['ports', 'first'])).to.equal(`${join(folder(), '.orchrc.yaml')}:5`)
    await put('.orchrc.yaml', '[')
    expect((await refusal('ORCH_CONFIG', readConfigLayer('project', folder()))).message).to.include('.orchrc.yaml')
  })
})
