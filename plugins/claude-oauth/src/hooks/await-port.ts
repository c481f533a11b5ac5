import {defineHook} from '@orch/plugin-kit'
import {oauthService} from '../runtime.js'

export default defineHook('awaitPort', (input) => oauthService().gate.awaitPort(input))
