import {join} from 'node:path'
import {type Git, gitFailed} from '../git/git.js'

/** See `Workspace.restoreSetting`. @throws ORCH_GIT */
export async function restoreSetting(git: Git, commonDir: string, {key, values}: {key: string; values: readonly string[]}): Promise<void> {
  const config = ['config', '--file', join(commonDir, 'config')]
  const unset = await git.run(commonDir, [...config, '--unset-all', key])
  // 5: there is no such key (git-config(1), EXIT STATUS).
  if (unset.exitCode !== 0 && unset.exitCode !== 5) throw gitFailed(commonDir, [...config, '--unset-all', key], unset)
  for (const value of values) await git.text(commonDir, [...config, '--add', key, value])
}
