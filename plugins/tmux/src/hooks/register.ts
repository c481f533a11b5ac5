import {join} from 'node:path'
import {API_VERSION, defineHook} from '@orch/plugin-kit'
import {tmuxCheck} from '../doctor.js'
import {socketName} from '../socket-name.js'
import {TmuxTerminal} from '../tmux-terminal.js'

export default defineHook('register', ({ports}) => {
  const terminal = new TmuxTerminal({
    clock: ports.clock,
    logger: ports.logger,
    processes: ports.processes,
    socket: socketName(ports.paths.data),
    directory: join(ports.paths.data, 'tmux'),
    environment: process.env,
  })
  return {apiVersion: API_VERSION, capabilities: {terminal}, checks: [tmuxCheck(terminal)]}
})
