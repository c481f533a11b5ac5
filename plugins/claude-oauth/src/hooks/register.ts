import {API_VERSION, defineHook} from '@orch/plugin-kit'
import {oauthChecks} from '../checks.js'
import {composeOauth} from '../compose.js'
import {portMethods} from '../desk/methods.js'
import {provideService} from '../service.js'
import {OAUTH_SCHEMA} from '../settings.js'

export default defineHook('register', ({ports}) => {
  const {service, ledger, observer, holders, desk, settings} = composeOauth(ports)
  provideService(service)
  return {
    apiVersion: API_VERSION,
    capabilities: {'oauth-ledger': ledger},
    config: {section: 'oauth', schema: OAUTH_SCHEMA},
    checks: oauthChecks({ledger, observer, holders, settings}),
    methods: portMethods(desk),
  }
})
