export * from './orch-command.js'
export * from './supervisor-client.js'
