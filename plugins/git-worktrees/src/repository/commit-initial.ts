import {OrchError} from '@orch/plugin-kit'
import {type Git, gitFailed} from '../git/git.js'
import {commitEnvironment} from './identity.js'
import {locate} from './locate.js'
import {resolveCommit} from './refs.js'

/**
 * The first commit of an unborn repository: an empty tree on the branch HEAD names, so that neither index nor files are touched.
 * @returns its sha
 * @throws ORCH_CLASH when there is a commit already
 */
export async function commitInitial(git: Git, path: string, message: string): Promise<string> {
  const {root} = await locate(git, path)
  const clash = () =>
    new OrchError('ORCH_CLASH', {what: root, why: 'it has a commit already', remedy: 'Run again: no first commit is needed.'})
  if ((await resolveCommit(git, root, 'HEAD')) !== null) throw clash()
  const tree = await git.text(root, ['mktree'], {input: ''})
  const env = await commitEnvironment(git, root)
  const sha = await git.text(root, ['commit-tree', '-F', '-', tree], {input: message, env})
  const args = ['update-ref', '-m', 'commit (initial): orch', 'HEAD', sha, '']
  const result = await git.run(root, args, {env})
  if (result.exitCode === 0) return sha
  if ((await resolveCommit(git, root, 'HEAD')) !== null) throw clash()
  throw gitFailed(root, args, result)
}
