import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {ProcPortObserver} from '../../../plugins/claude-oauth/src/index.js'
import type {Job, Started} from './real-gate.js'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const living = new Set<ChildProcess>()
/** Each process of tests that run side by side has a hundred ports of its own, unless their ids are 120 apart. */
let nextPort = 20_000 + (process.pid % 120) * 100

/** Ends every process a test started. */
export async function endAll(): Promise<void> {
  for (const child of living) {
    child.kill('SIGKILL')
    await ended(child)
  }
}

/** A port from 20000 on, below those the system hands out by itself, that nothing listens on and no other case uses. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++
    if ((await new ProcPortObserver().listeners(port)).length === 0) return port
  }
}

export interface Listener {
  readonly pid: number
  release(): void
}

/** A process that listens. @param childMs how long a child that inherits the socket holds it after the release */
export async function listenOn(port: number, host = '127.0.0.1', childMs?: number): Promise<Listener> {
  const args = [file('listener.mjs'), String(port), host, ...(childMs === undefined ? [] : [String(childMs)])]
  const child = start(process.execPath, args)
  await once(child.stdout!, 'data')
  return {pid: child.pid!, release: () => void child.kill('SIGKILL')}
}

export interface SupervisorProcess {
  readonly started: Started[]
  readonly leased: string[]
  kill(): Promise<void>
  /** Resolves when all its jobs have been started and are ready. */
  readonly done: Promise<void>
}

/** A supervisor in a process of its own; resolves when it goes to work. */
export async function supervisor(folder: string, home: string, jobs: readonly Job[]): Promise<SupervisorProcess> {
  const child = start(process.execPath, ['--import=tsx', file('supervisor.ts'), JSON.stringify({folder, home, jobs})])
  const started: Started[] = []
  const leased: string[] = []
  const done = ended(child)
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the supervisor ended with ${code}`)))
    createInterface({input: child.stdout!}).on('line', (text) => {
      const line = JSON.parse(text) as {ready?: true; started?: Started; leased?: string}
      if (line.ready) resolve()
      if (line.started) started.push(line.started)
      if (line.leased) leased.push(line.leased)
    })
  })
  return {
    started,
    leased,
    done,
    kill: async () => {
      child.kill('SIGKILL')
      await done
    },
  }
}

function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, {stdio: ['ignore', 'pipe', 'inherit']})
  living.add(child)
  child.once('exit', () => living.delete(child))
  return child
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
