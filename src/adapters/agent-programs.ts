import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {makeFolder, readBoundedText} from '@orch/plugin-kit/files'
import type {OwnFile} from '../domain/own-file.js'
import {shellWord} from '../domain/shell-word.js'
import {replaceFile} from './durable-file.js'
import {printOf} from './file-print.js'
import {moveAside} from './move-aside.js'
import {supervisorArgv} from './supervisor-argv.js'

/** Programs that agents and the watchdog run, kept per version in the state directory: an upgrade never pulls one from under them. */
export interface AgentPrograms extends OwnFile {
  /** Folder for an agent's PATH; it holds `orch`. */
  readonly path: string
  /** What an agent's hook runs; the event's name is added. */
  readonly hookCommand: readonly string[]
  /** orch's tools as an MCP server. */
  readonly mcpCommand: readonly string[]
  /** What starts the supervisor again, for sh. */
  readonly watchdog: readonly string[]
}

/** Bytes of a program at most. */
const PROGRAM_BYTES = 1024 * 1024

/** What agents will run, whether it is installed yet or not. */
export function agentCommands(folder: string, root: string): Pick<AgentPrograms, 'hookCommand' | 'mcpCommand'> {
  return {
    hookCommand: ['/bin/sh', join(folder, 'hook.sh'), process.execPath],
    mcpCommand: [process.execPath, join(root, 'bin', 'mcp.js')],
  }
}

interface Program {
  readonly path: string
  readonly content: string
  readonly mode: number
}

/**
 * @param folder of this version, made here
 * @param root of the installed orch
 * @param supervisorEnv with which the hook and the watchdog start the supervisor again
 * @param data the state directory
 */
export async function installAgentPrograms(
  folder: string,
  root: string,
  supervisorEnv: Readonly<Record<string, string>>,
  data: string,
): Promise<AgentPrograms> {
  const path = join(folder, 'path')
  const run = join(root, 'bin', 'run.js')
  const copied = ['start.js', 'watchdog.sh', 'hook.sh', 'alive.sh', 'restart.js', 'own-file.js'].map(async (name) => ({
    path: join(folder, name),
    content: (await readBoundedText(join(root, 'bin', name), {maxBytes: PROGRAM_BYTES})) ?? '',
    mode: 0o600,
  }))
  const programs: Program[] = [
    ...(await Promise.all(copied)),
    {path: join(folder, 'package.json'), content: '{"type": "module"}\n', mode: 0o600},
    {path: join(folder, 'supervisor.json'), content: `${JSON.stringify({argv: supervisorArgv(root), env: supervisorEnv})}\n`, mode: 0o600},
    {path: join(path, 'orch'), content: `#!/bin/sh\nexec ${shellWord(process.execPath)} ${shellWord(run)} "$@"\n`, mode: 0o700},
  ]
  let prints: readonly (string | null)[] = []
  const restore = async (): Promise<void> => {
    await moveAside(path, (found) => found.isDirectory())
    await makeFolder(path)
    for (const program of programs) await install(program)
    prints = await printsOf(programs)
  }
  await restore()
  const [start, watchdog] = programs.map((program) => program.path) as [string, string]
  return {
    name: 'the programs of agents',
    isIntact: async () => (await printsOf(programs)).every((print, index) => print !== null && print === prints[index]),
    restore,
    path,
    ...agentCommands(folder, root),
    watchdog: [watchdog, data, process.execPath, start],
  }
}

/** Whole at any moment, and not written where it is the same already: a supervisor has to start on a full disk too. */
async function install({path, content, mode}: Program): Promise<void> {
  if (await isInstalled(path, content, mode)) return
  await moveAside(path, (found) => !found.isDirectory())
  await replaceFile(path, content, {mode})
}

async function isInstalled(path: string, content: string, mode: number): Promise<boolean> {
  try {
    const found = await stat(path)
    return (found.mode & 0o777) === mode && (await readBoundedText(path, {maxBytes: Buffer.byteLength(content)})) === content
  } catch {
    return false
  }
}

function printsOf(programs: readonly Program[]): Promise<(string | null)[]> {
  return Promise.all(programs.map(({path}) => printOf(path)))
}
