import {defineHook} from '@orch/plugin-kit'
import {oauthService} from '../service.js'

export default defineHook('mcpInit', (input) => oauthService().mcp.plan(input))
