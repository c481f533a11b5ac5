import {readFile} from 'node:fs/promises'
import {API_VERSION, defineHook} from '@orch/plugin-kit'
import {oauthChecks} from '../checks.js'
import {composeOauth} from '../compose.js'
import {portMethods} from '../port-commands/methods.js'
import {provideService} from '../runtime.js'
import {OAUTH_SCHEMA} from '../settings.js'

export default defineHook('register', async ({ports}) => {
  const {version} = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {version: string}
  const {service, ledger, observer, holders, prober, desk, settings} = composeOauth(ports, version)
  provideService(service)
  return {
    apiVersion: API_VERSION,
    capabilities: {'oauth-ledger': ledger, 'mcp-prober': prober},
    config: {section: 'oauth', schema: OAUTH_SCHEMA},
    checks: oauthChecks({ledger, observer, holders, settings}),
    methods: portMethods(desk),
  }
})
