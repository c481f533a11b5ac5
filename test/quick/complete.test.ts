import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

describe('orch complete', function () {
  this.timeout(60_000)
  let sandbox: Sandbox

  before(() => (sandbox = new Sandbox()))
  after(() => sandbox.remove())

  it('makes an index at the first call, and answers without oclif, or a supervisor, from then on', async () => {
    const words = ['complete', 'bash', 'run', '--merge', '']
    const expected = {code: 0, stdout: 'none\nintegration\nparent\n', stderr: ''}
    expect(await sandbox.orch(words)).to.deep.equal(expected)
    expect(await sandbox.orch(words, {env: {NODE_OPTIONS: `--import ${FORBID_OCLIF}`}})).to.deep.equal(expected)
    expect(await sandbox.supervisorPid()).to.equal(null)
  })
})

/** Fails the process that imports oclif. */
const FORBID_OCLIF = `data:text/javascript,${encodeURIComponent(
  "import {register} from 'node:module'; register('data:text/javascript,' + encodeURIComponent(" +
    '\'export async function resolve(name, context, next) { if (name.startsWith("@oclif")) throw new Error(name); return next(name, context) }\'))',
)}`
