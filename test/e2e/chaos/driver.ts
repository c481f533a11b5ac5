import {readdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {processesOf, signal} from '../faults/processes.js'
import {ACTIONS} from './actions.js'
import {checkCommits} from './checks.js'
import {Correspondent} from './correspondent.js'
import {Journal} from './journal.js'
import {Person} from './person.js'
import {Playground} from './playground.js'
import {Random} from './random.js'
import {Rounds} from './rounds.js'
import {Sampler} from './sampler.js'

interface ChaosOptions {
  readonly seed: number
  /** How long faults are brought about. */
  readonly ms: number
  /** Milliseconds between two faults, at least and at most. */
  readonly pauseMs: readonly [least: number, most: number]
  /** Agents that were started again this often are left alone. */
  readonly maxRestarts: number
  /** Milliseconds a project may take to its end. */
  readonly patienceMs: number
}

/** On a machine that is busy with other tests a start takes longer than the first one did. */
const BUSY = 3
/** Until the next fault is tried when one was not possible. */
const IMPOSSIBLE_MS = 100

/** Brings about faults while projects run, and looks at what comes of it. @returns what was counted and found */
export async function runChaos({seed, ms, pauseMs, maxRestarts, patienceMs}: ChaosOptions): Promise<Journal> {
  const journal = new Journal()
  const playground = new Playground()
  try {
    const startMs = await timeStart(playground)
    journal.highest('first start of the supervisor, ms', startMs)
    const sampler = new Sampler({playground, journal, startMs: startMs * BUSY})
    const correspondent = new Correspondent(playground, journal, new Random(seed + 1))
    const person = new Person(playground, journal)
    const rounds = new Rounds({playground, journal, correspondent, person, patienceMs})
    const until = Date.now() + ms
    let over = false
    const sampling = sampler.run(() => over)
    const scene = {playground, journal, random: new Random(seed), maxRestarts}
    await Promise.all([rounds.run(() => Date.now() > until), bringAbout()])
    over = true
    await sampling
    await sampler.sample()
    checkCommits(playground, journal, sampler.tips)

    async function bringAbout(): Promise<void> {
      let deck: string[] = []
      while (Date.now() < until) {
        // Every fault once before one comes again; one that was not possible is tried later.
        if (deck.length === 0) deck = scene.random.shuffle(Object.keys(ACTIONS))
        const name = deck.shift()!
        const done = await ACTIONS[name]!(scene)
        sampler.supervisorEnded()
        if (done === null) {
          deck.push(name)
          await sleep(IMPOSSIBLE_MS)
          continue
        }
        journal.count(`fault: ${name}`)
        journal.note(`${name}: ${done}`)
        await sleep(scene.random.between(...pauseMs))
      }
      heal(playground)
    }
    return journal
  } catch (error) {
    journal.violation(`the driver failed: ${(error as Error).stack}`)
    return journal
  } finally {
    await playground.remove()
  }
}

async function timeStart({sandbox}: Playground): Promise<number> {
  const startedAt = Date.now()
  const {code, stderr} = await sandbox.orch(['daemon', 'start'])
  if (code !== 0) throw new Error(`orch daemon start: ${stderr}`)
  return Date.now() - startedAt
}

/** Nothing that the driver did goes on. */
function heal({sandbox, stateFolder, repository}: Playground): void {
  signal(
    processesOf(sandbox.folder).map(({pid}) => pid),
    'SIGCONT',
  )
  rmSync(join(stateFolder, 'filler'), {force: true})
  const worktrees = join(repository, '.git', 'worktrees')
  for (const name of readdirSync(worktrees)) if (!name.startsWith('scratch')) rmSync(join(worktrees, name, 'index.lock'), {force: true})
}
