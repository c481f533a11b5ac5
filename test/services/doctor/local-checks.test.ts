import {expect} from 'chai'
import type {RunResult} from '@orch/plugin-kit'
import {stateChecks, toolChecks} from '../../../src/services/doctor/local-checks.js'

const GB = 1024 ** 3
const verdicts = (freeBytes: number, problem: string | null = null) =>
  stateChecks({path: '/data', problem, freeBytes}).map(({name, verdict}) => [name, verdict])

describe('what doctor checks without a supervisor', () => {
  it('is whether the state directory can be written', () => {
    expect(verdicts(50 * GB)[0]).to.deep.equal(['state directory', 'ok'])
    const [check] = stateChecks({path: '/data', problem: 'EROFS: read-only file system', freeBytes: 50 * GB})
    expect(check).to.include({verdict: 'failed'})
    expect(check!.what).to.include('EROFS')
    expect(check!.remedy).to.include('ORCH_DATA_DIR')
  })

  it('is whether the disk has room: less than a team needs is a failure, little is a note', () => {
    expect([0, GB - 1, GB, 5 * GB - 1, 5 * GB].map((bytes) => verdicts(bytes)[1]![1])).to.deep.equal([
      'failed',
      'failed',
      'note',
      'note',
      'ok',
    ])
    expect(stateChecks({path: '/data', problem: null, freeBytes: 0})[1]!.what).to.equal('0 MB are free in /data, and a team needs 1 GB')
  })

  it('is every program orch needs, whichever of them are missing', async () => {
    const runner = (there: readonly string[]) => ({
      run: async (file: string) => {
        if (!there.includes(file)) throw new Error('ENOENT')
        return {exitCode: 0, stdout: `${file} 9.9\n`} as RunResult
      },
    })
    const found = async (...there: string[]) => (await toolChecks(runner(there))).map(({name, verdict}) => `${name} ${verdict}`)
    expect(await found()).to.deep.equal(['git failed', 'tmux failed'])
    expect(await found('git')).to.deep.equal(['git ok', 'tmux failed'])
    expect(await found('git', 'tmux')).to.deep.equal(['git ok', 'tmux ok'])
  })
})
