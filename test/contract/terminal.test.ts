import {existsSync} from 'node:fs'
import {mkdtemp, realpath, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {MemoryTerminal} from '@orch/plugin-kit/testing'
import {describeTerminalContract} from './terminal-contract.js'

describeTerminalContract('in memory', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'orch-terminal-')))
  const terminal = new MemoryTerminal({folderExists: existsSync})
  return {
    terminal,
    folder,
    another: () => terminal.sibling(),
    enterMode: async (pane) => terminal.setInMode(pane, true),
    dropServer: async () => terminal.dropServer(),
    dispose: () => rm(folder, {recursive: true}),
  }
})
