export * from './socket-name.js'
export * from './tmux-terminal.js'
export {serverOptions} from './server-config.js'
