import {readlink} from 'node:fs/promises'
import {readKernelFile} from '@orch/plugin-kit/files'

/** Every process of an agent has it in its environment, unless it was taken out on purpose. */
const MARK = 'ORCH_RUN='

interface Process {
  readonly pid: number
  readonly parent: number
  readonly run: string | null
  /** Executable and, for an interpreter, its script. */
  readonly program: string
}

/**
 * Whether a process was started from inside a run of orch, looking at it and the processes it comes from (proc(5)).
 * @returns the run; null outside of orch, and for the run's agent itself: the topmost process of the run, or another one of the same program
 */
export async function runBehind(pid: number): Promise<string | null> {
  const line = await lineage(pid)
  const [self] = line
  const inside = line.filter(({run}) => run !== null)
  const run = inside[0]?.run
  if (!self || !run) return null
  const agent = inside.filter((process) => process.run === run).at(-1)!
  return agent.pid === self.pid || agent.program === self.program ? null : run
}

async function lineage(pid: number): Promise<Process[]> {
  const found: Process[] = []
  for (let next = pid; next > 1 && !found.some((known) => known.pid === next);) {
    const process = await read(next)
    if (!process) break
    found.push(process)
    next = process.parent
  }
  return found
}

async function read(pid: number): Promise<Process | null> {
  try {
    const [stat, environment, words, executable] = await Promise.all([
      readKernelFile(`/proc/${pid}/stat`),
      readKernelFile(`/proc/${pid}/environ`).catch(() => ''),
      readKernelFile(`/proc/${pid}/cmdline`).catch(() => ''),
      readlink(`/proc/${pid}/exe`).catch(() => ''),
    ])
    // The name in brackets may hold anything, so fields are counted from the last bracket: state, parent, …
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    const run =
      environment
        .split('\0')
        .find((variable) => variable.startsWith(MARK))
        ?.slice(MARK.length) || null
    const script = words.split('\0')[1] ?? ''
    return {pid, parent, run, program: `${executable || pid} ${script.startsWith('-') ? '' : script}`}
  } catch {
    return null
  }
}
