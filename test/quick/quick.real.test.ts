import {spawnSync} from 'node:child_process'
import {cpSync, readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {QUICK} from '../../src/quick/names.js'
import {copyBuilt} from '../support/built-copy.js'
import {ROOT, Sandbox} from '../support/sandbox.js'

/** Libraries that a command which only asks the supervisor has no use for. */
const HEAVY = ['@oclif', 'ajv', 'cosmiconfig', 'execa', 'fastify', 'light-my-request', 'lowdb', 'marked', 'mustache', 'pino', 'yaml']
/** Modules of our own and of light libraries, at most: Node takes about 0.5 ms of processor time for each. */
const MOST = 60
/** The same in a package, which has most of them in one file. */
const MOST_PACKED = 12

/** Lists what a process loads, one URL a line. */
const RECORDER = `data:text/javascript,${encodeURIComponent(`
  import {register} from 'node:module'
  register('data:text/javascript,' + encodeURIComponent(\`
    import {appendFileSync} from 'node:fs'
    export async function load(url, context, next) {
      appendFileSync(process.env.LOADED_URLS, url + '\\\\n')
      return next(url, context)
    }\`))`)}`

describe('a command without oclif', function () {
  this.timeout(120_000)
  let sandbox: Sandbox
  const calls = {
    done: ['done', 'it is there', '--evidence', 'npm test'],
    messages: ['messages'],
    send: ['send', 'developer', 'a text'],
    status: ['status'],
  } as const

  before(async () => {
    sandbox = new Sandbox()
    expect((await sandbox.orch(['daemon', 'start'])).code).to.equal(0)
  })
  after(() => sandbox.remove())

  for (const name of QUICK) {
    it(`loads few modules, and none of the large libraries: ${name}`, async () => {
      const loaded = await loadedBy(calls[name])
      expect(loaded.some((url) => url.endsWith('/dist/rpc/client.js'))).to.equal(true)
      expect(loaded.filter((url) => HEAVY.some((library) => url.includes(`/node_modules/${library}/`)))).to.deep.equal([])
      const files = loaded.filter((url) => url.startsWith('file:'))
      expect(files.length, files.join('\n')).to.be.lessThan(MOST)
    })
  }

  it('says what the command itself says', () => expectTheSame())

  it('is in one file in a package, and says the same', async () => {
    const folder = sandbox.path('package')
    copyBuilt(folder)
    const script = join(folder, 'scripts', 'bundle-quick.mjs')
    cpSync(join(ROOT, 'scripts', 'bundle-quick.mjs'), script)
    expect(spawnSync(process.execPath, [script], {encoding: 'utf8'}).stderr).to.equal('')
    const bin = join(folder, 'bin', 'run.js')
    await sandbox.orch(['daemon', 'restart'], {bin})
    for (const name of QUICK) {
      const files = (await loadedBy(calls[name], bin)).filter((url) => url.startsWith('file:'))
      expect(files.some((url) => url.endsWith('/dist/quick/bundle.js'))).to.equal(true)
      expect(files.filter((url) => /\/dist\/(?:quick\/index|rpc|view)/.test(url))).to.deep.equal([])
      // What is refused, for want of a project, loads how errors are said.
      if (name === 'status') expect(files.length, files.join('\n')).to.be.lessThan(MOST_PACKED)
    }
    await expectTheSame(bin)
  })

  /** URLs of what a command loads. */
  async function loadedBy(words: readonly string[], bin?: string): Promise<string[]> {
    const urls = sandbox.path('loaded.urls')
    rmSync(urls, {force: true})
    await sandbox.orch(words, {...(bin ? {bin} : {}), env: {LOADED_URLS: urls, NODE_OPTIONS: `--import ${RECORDER}`}})
    return readFileSync(urls, 'utf8').trim().split('\n')
  }

  async function expectTheSame(bin?: string): Promise<void> {
    const options = bin ? {bin} : {}
    const variants = QUICK.flatMap((name) => [[...calls[name]], [...calls[name], '--json']])
    const quick = await Promise.all(variants.map((words) => sandbox.orch(words, options)))
    rmSync(join(sandbox.env['ORCH_DATA_DIR']!, 'loaded.json'))
    const slow = await Promise.all(variants.map((words) => sandbox.orch(words, options)))
    const timeless = ({stdout, ...ran}: {stdout: string}) => ({...ran, stdout: stdout.replace(/"tookMs":\d+/, '"tookMs":0')})
    expect(quick.map(timeless)).to.deep.equal(slow.map(timeless))
    expect(quick.map(({code}) => code)).to.include(0)
  }
})
