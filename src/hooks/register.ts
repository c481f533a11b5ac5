import {fileURLToPath} from 'node:url'
import {API_VERSION, defineHook} from '@orch/plugin-kit'

/** orch registers what it brings itself as every plugin does: the built-in templates of teams and briefings. */
export default defineHook('register', () => ({
  apiVersion: API_VERSION,
  templates: [{name: 'built-in', path: fileURLToPath(new URL('../../templates', import.meta.url))}],
}))
