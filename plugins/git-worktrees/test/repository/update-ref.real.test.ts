import {expect} from 'chai'
import {join} from 'node:path'
import {exists} from '../../src/files/paths.js'
import {Git} from '../../src/git/git.js'
import {updateRef} from '../../src/repository/update-ref.js'
import {Sandbox} from '../support/sandbox.js'

describe('updateRef and a lock that a killed git left', () => {
  let sandbox: Sandbox
  let repo: string
  beforeEach(async () => {
    sandbox = await Sandbox.make()
    repo = await sandbox.repository()
  })
  afterEach(() => sandbox.dispose())

  /** Every wait of the back-off passes at once. */
  const update = async (ref: string) => {
    const git = new Git({...sandbox.parts(), clock: {now: () => 0, monotonic: () => 0, sleep: async () => {}}})
    return updateRef(git, repo, {ref, to: await sandbox.git(repo, 'rev-parse', 'HEAD'), from: '', reason: 'made'})
  }
  const lockOf = (ref: string) => sandbox.write(join(repo, '.git', ...`${ref}.lock`.split('/')), '')

  it('takes it away when the ref is of orch', async () => {
    for (const ref of ['refs/heads/orch/p_1/dev', 'refs/orch/rescue/p_1/dev/1']) {
      const lock = await lockOf(ref)
      expect((await update(ref)).exitCode).to.equal(0)
      expect(await exists(lock)).to.equal(false)
    }
    expect(JSON.stringify(sandbox.logger.lines)).to.contain('refs/heads/orch/p_1/dev.lock')
  })

  it('leaves the lock of any other ref to the person', async () => {
    const lock = await lockOf('refs/heads/feature')
    const result = await update('refs/heads/feature')
    expect(result.exitCode).to.equal(128)
    expect(result.stderr).to.contain('feature.lock')
    expect(await exists(lock)).to.equal(true)
  })
})
