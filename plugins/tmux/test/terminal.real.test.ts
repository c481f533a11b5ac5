import {describeTerminalContract} from '../../../test/contract/terminal-contract.js'
import {TestServer} from './support/tmux-server.js'

describeTerminalContract('tmux', async () => {
  const server = await TestServer.make()
  return {
    terminal: server.terminal(),
    folder: server.folder,
    another: () => server.terminal(),
    enterMode: async (pane) => {
      await server.tmux('copy-mode', '-t', pane)
    },
    dropServer: async () => {
      process.kill(await server.pid(), 'SIGKILL')
    },
    dispose: () => server.dispose(),
  }
})
