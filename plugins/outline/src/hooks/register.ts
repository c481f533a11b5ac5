import {API_VERSION, defineHook} from '@orch/plugin-kit'
import {OutlinePlanner} from '../planner.js'

export default defineHook('register', () => ({apiVersion: API_VERSION, capabilities: {'planner:outline': new OutlinePlanner()}}))
