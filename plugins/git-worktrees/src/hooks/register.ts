import {API_VERSION, defineHook} from '@orch/plugin-kit'
import {gitCheck} from '../doctor-check.js'
import {gitEnvironment} from '../git/environment.js'
import {GitWorkspace} from '../workspace.js'

export default defineHook('register', ({ports: {processes, clock, logger}}) => {
  const workspace = new GitWorkspace({processes, clock, logger, env: gitEnvironment(process.env)})
  return {apiVersion: API_VERSION, capabilities: {workspace}, checks: [gitCheck(workspace)]}
})
