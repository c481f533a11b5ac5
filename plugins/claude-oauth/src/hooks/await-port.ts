import {defineHook} from '@orch/plugin-kit'
import {oauthService} from '../service.js'

export default defineHook('awaitPort', (input) => oauthService().gate.awaitPort(input))
