export * from './registry.js'
export * from './orch-error.js'
