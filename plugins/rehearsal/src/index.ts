/** The rehearsal agent: a scripted program in a real terminal. */
export * from './driver/rehearsal-driver.js'
export * from './options.js'
export * from './player-config.js'
export * from './script/script.js'
export * from './script/load-script.js'
