export * from './define-hook.js'
export * from './events.js'
export * from './lifecycle.js'
export * from './oauth.js'
