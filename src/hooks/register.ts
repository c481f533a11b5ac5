import {API_VERSION, defineHook} from '@orch/plugin-kit'
import {parseMarkdown} from '../adapters/markdown.js'
import {OutlinePlanner} from '../services/outline/planner.js'

/** orch registers what it provides itself as every plugin does, so that its names are taken and listed as theirs are. */
export default defineHook('register', () => ({
  apiVersion: API_VERSION,
  capabilities: {'planner:outline': new OutlinePlanner(parseMarkdown)},
}))
