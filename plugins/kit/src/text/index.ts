export * from './nearest.js'
export * from './parse-duration.js'
export * from './visible.js'
