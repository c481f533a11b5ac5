import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** A folder of its own for each test of a suite, taken away afterwards. @returns how to ask for it inside a test */
export function useTemporaryFolder(): () => string {
  let folder = ''
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'orch-test-')))
  })
  // A process that a test started may still write its last file while the folder is being removed.
  afterEach(() => rm(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 50}))
  return () => folder
}
