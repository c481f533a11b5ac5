import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {expect} from 'chai'
import {ROOT} from '../support/sandbox.js'

describe('a reader that has seen enough', () => {
  for (const args of [['--help'], ['run', '--help'], ['team']]) {
    it(`ends orch ${args.join(' ')} without a failure`, async () => {
      const child = spawn(process.execPath, [join(ROOT, 'bin', 'run.js'), ...args], {stdio: ['ignore', 'pipe', 'inherit']})
      child.stdout.destroy()
      expect(await once(child, 'exit')).to.deep.equal([0, null])
    })
  }
})
