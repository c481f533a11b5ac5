export {Args, Flags} from '@oclif/core'
export * from './orch-command.js'
export * from './plugin-digest.js'
export * from './supervisor-client.js'
