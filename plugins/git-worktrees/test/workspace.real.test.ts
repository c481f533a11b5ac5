import {describeWorkspaceContract} from '../../../test/contract/workspace-contract.js'
import {Sandbox} from './support/sandbox.js'

describeWorkspaceContract('git', async () => {
  const sandbox = await Sandbox.make()
  return {
    workspace: sandbox.workspace(),
    folder: sandbox.folder,
    repository: (name) => sandbox.repository(name),
    git: (cwd, ...args) => sandbox.git(cwd, ...args),
    dispose: () => sandbox.dispose(),
  }
})
