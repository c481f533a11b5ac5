/** What a plugin is written against. Hosts import `./host`, tests `./testing`, commands `./command`. */
export * from './api-version.js'
export * from './vocabulary.js'
export * from './plan.js'
export * from './registration.js'
export * from './errors/index.js'
export * from './ports/index.js'
export * from './hooks/index.js'
export * from './capabilities/index.js'
