import {chmod, copyFile, mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {shellWord} from '../domain/shell-word.js'
import {replaceFile} from './durable-file.js'
import {supervisorArgv} from './supervisor-argv.js'

/** Programs that agents run, kept per version in the state directory: an upgrade never pulls one from under a running agent. */
export interface AgentPrograms {
  /** Folder for an agent's PATH; it holds `orch`. */
  readonly path: string
  /** What an agent's hook runs; the event's name is added. */
  readonly hookCommand: readonly string[]
  /** orch's tools as an MCP server. */
  readonly mcpCommand: readonly string[]
}

/**
 * @param folder of this version, made here
 * @param root of the installed orch
 * @param supervisorEnv with which the hook starts the supervisor again
 */
export async function installAgentPrograms(
  folder: string,
  root: string,
  supervisorEnv: Readonly<Record<string, string>>,
): Promise<AgentPrograms> {
  const hook = join(folder, 'hook.js')
  const run = join(root, 'bin', 'run.js')
  await mkdir(join(folder, 'path'), {recursive: true, mode: 0o700})
  await copyFile(join(root, 'bin', 'hook.js'), hook)
  await replaceFile(join(folder, 'package.json'), '{"type": "module"}\n')
  await replaceFile(join(folder, 'supervisor.json'), `${JSON.stringify({argv: supervisorArgv(root), env: supervisorEnv})}\n`)
  const shim = join(folder, 'path', 'orch')
  await replaceFile(shim, `#!/bin/sh\nexec ${shellWord(process.execPath)} ${shellWord(run)} "$@"\n`, {mode: 0o700})
  await chmod(shim, 0o700)
  return {path: join(folder, 'path'), hookCommand: [process.execPath, hook], mcpCommand: [process.execPath, join(root, 'bin', 'mcp.js')]}
}
