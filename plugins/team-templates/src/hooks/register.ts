import {API_VERSION, defineHook} from '@orch/plugin-kit'
import {TemplateTeams} from '../template-teams.js'

export default defineHook('register', ({ports}) => ({apiVersion: API_VERSION, capabilities: {teams: new TemplateTeams(ports.schemas)}}))
