import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

describe('orch doctor', () => {
  let sandbox: Sandbox
  beforeEach(() => {
    sandbox = new Sandbox()
  })
  afterEach(() => sandbox.remove())

  // Node's recursive mkdir never returns for a folder in /proc (seen on 20.20.2): no start of a supervisor is tried there.
  if (process.platform === 'linux')
    it('finishes and checks all it can where the state directory cannot be made', async () => {
      const {code, stdout} = await sandbox.orch(['doctor'], {env: {ORCH_DATA_DIR: '/proc/orch-data'}})
      expect(code, stdout).to.equal(1)
      expect(stdout)
        .to.match(/✗ state directory: \/proc\/orch-data cannot be written/)
        .and.match(/✓ node/)
        .and.match(/✓ git/)
        .and.match(/✓ tmux/)
    })
})
