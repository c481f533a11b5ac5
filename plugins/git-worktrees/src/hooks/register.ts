import {API_VERSION, COMMAND_MARK, defineHook} from '@orch/plugin-kit'
import {gitCheck, signingCheck} from '../doctor-check.js'
import {gitEnvironment} from '../git/environment.js'
import {Git} from '../git/git.js'
import {GitWorkspace} from '../workspace.js'

export default defineHook('register', ({ports: {processes, clock, logger, paths}}) => {
  const parts = {processes, clock, logger, env: {...gitEnvironment(process.env), [COMMAND_MARK]: paths.data}}
  const workspace = new GitWorkspace(parts)
  return {apiVersion: API_VERSION, capabilities: {workspace}, checks: [gitCheck(workspace), signingCheck(new Git(parts))]}
})
