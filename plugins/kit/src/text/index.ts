export * from './folded.js'
export * from './nearest.js'
export * from './visible.js'
