export * from './capability-registry.js'
export * from './hook-bus.js'
