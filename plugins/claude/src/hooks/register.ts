import {API_VERSION, defineHook} from '@orch/plugin-kit'
import {ClaudeDriver} from '../driver.js'
import {ClaudePlanner} from '../planner/planner.js'
import {CLAUDE_SCHEMA} from '../settings.js'

export default defineHook('register', ({ports}) => ({
  apiVersion: API_VERSION,
  capabilities: {'agent:claude': new ClaudeDriver(ports), 'planner:claude': new ClaudePlanner(ports)},
  config: {section: 'claude', schema: CLAUDE_SCHEMA},
}))
