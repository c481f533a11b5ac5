import {existsSync, readFileSync} from 'node:fs'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

describe('log.level', function () {
  this.timeout(120_000)

  for (const [level, isSaid] of [
    ['info', true],
    ['error', false],
  ] as const) {
    it(`${isSaid ? 'writes' : 'leaves out'} what is no error at the level ${level}`, async () => {
      const sandbox = new Sandbox({ORCH_CONFIG_LOG__LEVEL: level})
      try {
        await sandbox.json(['daemon', 'start'])
        await sandbox.json(['daemon', 'stop'])
        const path = sandbox.path('data', 'logs', 'supervisor.log')
        const log = existsSync(path) ? readFileSync(path, 'utf8') : ''
        expect(log.includes('"level":30'), log).to.equal(isSaid)
      } finally {
        await sandbox.remove()
      }
    })
  }

  it('is refused, with what it may be, when it is no level', async () => {
    const sandbox = new Sandbox({ORCH_CONFIG_LOG__LEVEL: 'loud'})
    try {
      const {error} = await sandbox.json(['daemon', 'start'])
      expect(error).to.include({code: 'ORCH_CONFIG'})
      expect(JSON.stringify(error)).to.include('debug, info, warn, error')
    } finally {
      await sandbox.remove()
    }
  })
})
