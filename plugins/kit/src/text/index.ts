export * from './visible.js'
