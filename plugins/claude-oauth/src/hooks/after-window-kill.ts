import {defineHook} from '@orch/plugin-kit'
import {oauthService} from '../runtime.js'

export default defineHook('afterWindowKill', (input) => oauthService().gate.afterWindowKill(input))
