import {existsSync} from 'node:fs'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

const FOLDERS = {ORCH_DATA_DIR: '/proc/orch/data', ORCH_CONFIG_DIR: '/proc/orch/config', ORCH_CACHE_DIR: '/proc/orch/cache'}

describe('folders that the kernel does not make', function () {
  this.timeout(60_000)
  const sandbox = new Sandbox()

  before(function () {
    if (!existsSync('/proc/self')) this.skip()
  })
  after(() => sandbox.remove())

  for (const [command, code, exit] of [
    ['daemon start', 'ORCH_STATE', 78],
    ['daemon run', 'ORCH_STATE', 78],
    ['config init', 'ORCH_STORE_WRITE', 75],
  ] as const) {
    it(`are named by orch ${command}, which ends`, async () => {
      const {error} = await sandbox.json(command.split(' '), {env: FOLDERS})
      expect(error).to.include({code, exit})
      expect(error.message).to.include('/proc/orch')
    })
  }
})
