import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

/** Milliseconds a key press may wait, beside what Node itself takes; a machine that is busy with tests is slower than a person's. */
const ANSWER_MS = 150

describe('orch complete', function () {
  this.timeout(60_000)
  let sandbox: Sandbox

  before(() => (sandbox = new Sandbox()))
  after(() => sandbox.remove())

  it('makes an index at the first call, and answers without oclif, or a supervisor, from then on', async () => {
    const words = ['complete', 'bash', 'run', '--merge', '']
    const expected = {code: 0, stdout: 'none\nintegration\nparent\n', stderr: ''}
    expect(await sandbox.orch(words)).to.deep.equal(expected)
    const times: number[] = []
    for (let i = 0; i < 5; i++) {
      const started = performance.now()
      expect(await sandbox.orch(words, {env: {NODE_OPTIONS: `--import ${FORBID_OCLIF}`}})).to.deep.equal(expected)
      times.push(performance.now() - started)
    }
    const bare = performance.now()
    await sandbox.orch(['--version'])
    const node = performance.now() - bare
    expect(Math.min(...times) - node, `${times.map(Math.round).join(', ')} ms, Node ${Math.round(node)} ms`).to.be.lessThan(ANSWER_MS)
    expect(await sandbox.supervisorPid()).to.equal(null)
  })
})

/** Fails the process that imports oclif. */
const FORBID_OCLIF = `data:text/javascript,${encodeURIComponent(
  "import {register} from 'node:module'; register('data:text/javascript,' + encodeURIComponent(" +
    '\'export async function resolve(name, context, next) { if (name.startsWith("@oclif")) throw new Error(name); return next(name, context) }\'))',
)}`
