export * from './capability-registry.js'
export * from './hook-bus.js'
export * from './change-stream.js'
export * from './with-settings.js'
