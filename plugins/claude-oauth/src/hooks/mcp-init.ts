import {defineHook} from '@orch/plugin-kit'
import {oauthService} from '../runtime.js'

export default defineHook('mcpInit', (input) => oauthService().mcp.plan(input))
