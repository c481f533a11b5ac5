import {readFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {API_VERSION, defineHook} from '@orch/plugin-kit'
import {RehearsalDriver} from '../driver/rehearsal-driver.js'
import {OPTIONS_SCHEMA} from '../options.js'

/** Offers the agent kind `rehearsal` and its section of the configuration. */
export default defineHook('register', async ({ports}) => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {version: string}
  const driver = new RehearsalDriver({
    schemas: ports.schemas,
    hookCommand: ports.paths.hookCommand,
    player: fileURLToPath(new URL('../player/main.js', import.meta.url)),
    version: manifest.version,
    bound: () => ports.config('rehearsal')['usesOauthPort'] === true,
  })
  return {
    apiVersion: API_VERSION,
    capabilities: {'agent:rehearsal': driver},
    config: {section: 'rehearsal', schema: OPTIONS_SCHEMA},
  }
})
