export * from './nearest.js'
export * from './visible.js'
