import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {expect} from 'chai'
import {ROOT, Sandbox} from '../support/sandbox.js'

describe('standard input of a command', function () {
  this.timeout(60_000)
  let sandbox: Sandbox

  beforeEach(() => (sandbox = new Sandbox()))
  afterEach(() => sandbox.remove())

  for (const args of [['status'], ['plugins', 'uninstall']])
    it(`is no argument of orch ${args.join(' ')}`, async () => {
      const fed = await sandbox.orch(args, {input: 'foo\n'})
      const {code, stdout, stderr} = await sandbox.orch(args)
      expect({...fed}).to.deep.equal({code, stdout, stderr})
    })

  it('is left to the script that calls orch', async () => {
    const input = `"${process.execPath}" "${join(ROOT, 'bin', 'run.js')}" status\necho the rest of the script\n`
    const {stdout} = spawnSync('bash', {input, env: sandbox.env, encoding: 'utf8'})
    expect(stdout).to.include('the rest of the script')
  })
})
