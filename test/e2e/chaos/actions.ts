import {spawnSync} from 'node:child_process'
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {signal} from '../faults/processes.js'
import {damageDocument} from './damage.js'
import type {Journal} from './journal.js'
import type {Playground} from './playground.js'
import type {Random} from './random.js'
import type {Agent} from '../../../src/domain/model/agent.js'

export interface Scene {
  readonly playground: Playground
  readonly journal: Journal
  readonly random: Random
  /** Agents that were started again this often are left alone: the next restart comes late, or not at all. */
  readonly maxRestarts: number
}

/** Does its worst. @returns what it did; null when there was nothing to do it to */
export type Action = (scene: Scene) => Promise<string | null>

export const ACTIONS: Readonly<Record<string, Action>> = {
  'kill the supervisor': async (scene) => killSupervisor(scene),
  'kill the supervisor twice within a second': async (scene) => {
    const first = killSupervisor(scene)
    await sleep(scene.random.between(300, 900))
    const second = killSupervisor(scene)
    return first && `${first}, then ${second ?? 'none was there yet'}`
  },
  'kill an agent': async (scene) => {
    const agent = mortalAgent(scene)
    if (!agent) return null
    signal([agent.run!.process!.pid], 'SIGKILL')
    return agent.role
  },
  'kill an agent and the supervisor': async (scene) => {
    const agent = mortalAgent(scene)
    if (!agent) return null
    signal([agent.run!.process!.pid], 'SIGKILL')
    return `${agent.role}, ${killSupervisor(scene)}`
  },
  'close a window': async (scene) => {
    const agent = mortalAgent(scene)
    if (!agent?.window) return null
    scene.playground.sandbox.tmux('kill-window', '-t', agent.window)
    return agent.role
  },
  'kill the tmux server': async (scene) => {
    const everyone = scene.playground.current()?.agents ?? []
    if (everyone.length === 0 || everyone.some(({restarts}) => restarts >= scene.maxRestarts)) return null
    const pids = scene.playground.tmuxProcesses()
    signal(pids, 'SIGKILL')
    return pids.join(', ')
  },
  'remove the socket': async ({playground}) => remove(join(playground.data, 'orch.sock')),
  'remove the spool': async ({playground}) => remove(join(playground.data, 'spool')),
  'remove a worktree': async (scene) => {
    const agent = mortalAgent(scene)
    return agent ? remove(agent.worktree) : null
  },
  'remove the verification worktree': async ({playground}) => {
    const project = playground.current()
    return project ? remove(join(project.directory, 'scratch')) : null
  },
  'damage a document': async ({playground, random}) => damageDocument(playground, random),
  'damage a document while no supervisor runs': async (scene) => {
    const killed = killSupervisor(scene)
    const damaged = damageDocument(scene.playground, scene.random)
    return killed && damaged && `${damaged}, ${killed}`
  },
  'fill the disk': async ({playground, random}) => {
    if (!playground.hasSmallDisk) return null
    const filler = join(playground.stateFolder, 'filler')
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096', 'count=100000'])
    const ms = random.between(2_000, 8_000)
    await sleep(ms)
    rmSync(filler, {force: true})
    return `for ${Math.round(ms)} ms`
  },
  'stop the supervisor process for a while': async ({playground, random}) =>
    stopFor(playground.supervisors(), random.between(1_000, 7_000)),
  'stop agent processes for a while': async ({playground, random}) =>
    stopFor(
      playground.liveAgents().map(({run}) => run!.process!.pid),
      random.between(1_000, 7_000),
    ),
  'leave an index.lock': async ({playground, random}) => {
    const project = playground.current()
    const places = project ? [join(project.directory, 'scratch'), ...project.agents.map(({worktree}) => worktree)] : []
    const gitFolders = places.flatMap((worktree) => gitFolderOf(worktree) ?? [])
    if (gitFolders.length === 0) return null
    const lock = join(random.pick(gitFolders), 'index.lock')
    if (existsSync(lock)) return null
    writeFileSync(lock, '')
    // A crash's lock in an agent's own worktree is the agent's to see; the one in orch's is orch's.
    await sleep(random.between(1_000, 5_000))
    if (!lock.includes('scratch')) rmSync(lock, {force: true})
    return lock
  },
}

function killSupervisor({playground}: Scene): string | null {
  const pids = playground.supervisors()
  signal(pids, 'SIGKILL')
  return pids.length > 0 ? `supervisor ${pids.join(', ')}` : null
}

function mortalAgent({playground, random, maxRestarts}: Scene): Agent | undefined {
  return random.pick(playground.liveAgents().filter(({restarts}) => restarts < maxRestarts))
}

function remove(path: string): string | null {
  if (!existsSync(path)) return null
  rmSync(path, {recursive: true, force: true, maxRetries: 3})
  return path
}

async function stopFor(pids: readonly number[], ms: number): Promise<string | null> {
  if (pids.length === 0) return null
  signal(pids, 'SIGSTOP')
  await sleep(ms)
  signal(pids, 'SIGCONT')
  return `${pids.join(', ')} for ${Math.round(ms)} ms`
}

/** Where git keeps a linked worktree's index (gitrepository-layout(5)); null when there is no such worktree. */
function gitFolderOf(worktree: string): string | null {
  try {
    const folder = /^gitdir: (.+)\n$/.exec(readFileSync(join(worktree, '.git'), 'utf8'))?.[1]
    return folder !== undefined && existsSync(folder) ? folder : null
  } catch {
    return null
  }
}
