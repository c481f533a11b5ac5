import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {processesOf, signal} from './processes.js'
import type {Team} from './team.js'

/** Longer than any gap between two looks of a supervisor that runs. */
const SLEEP_MS = 12_000
/** Until the disk has room again: longer than the time after which a step is tried again. */
const FULL_MS = 6_000

export interface Fault {
  /** Needs an agent with a process. */
  readonly needsAgent?: boolean
  /** Why it cannot be brought about here; null when it can. */
  readonly impossible?: () => string | null
  /** Before the team is started. */
  readonly prepare?: (team: Team) => void
  readonly bringAbout: (team: Team) => Promise<void>
  readonly cleanUp?: (team: Team) => void
  /** How long the developer must think for the fault to be noticed before its next deed, milliseconds. */
  readonly thinkMs?: number
  /** Reasons for which a project may be blocked by it; completed otherwise. */
  readonly mayBlock?: RegExp
}

const supervisors = (team: Team) =>
  processesOf(team.sandbox.folder)
    .filter(({isSupervisor}) => isSupervisor)
    .map(({pid}) => pid)
const stateFolder = (team: Team) => join(team.sandbox.path('data'), 'state')
/** As the next command a person types would. */
const comeBack = (team: Team) => team.sandbox.orch(['daemon', 'start']).then(() => undefined)

/** The disk under the records alone: agents have work to commit. */
const mount = (folder: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder])
const unmount = (folder: string) => spawnSync('umount', ['-l', folder])

export const FAULTS: Readonly<Record<string, Fault>> = {
  'supervisor killed': {
    bringAbout: async (team) => {
      signal(supervisors(team), 'SIGKILL')
      await comeBack(team)
    },
  },
  'agent killed': {
    needsAgent: true,
    bringAbout: async (team) => signal([team.agent('developer')!.run!.process!.pid], 'SIGKILL'),
  },
  'window closed': {
    needsAgent: true,
    bringAbout: async (team) => void team.sandbox.tmux('kill-window', '-t', team.agent('developer')!.window!),
  },
  'tmux server killed': {
    bringAbout: async (team) =>
      signal(
        processesOf(team.sandbox.folder)
          .filter(({isTmux}) => isTmux)
          .map(({pid}) => pid),
        'SIGKILL',
      ),
  },
  reboot: {
    bringAbout: async (team) => {
      // Twice: a hook that was on its way may have started another supervisor.
      for (let round = 0; round < 2; round++)
        signal(
          processesOf(team.sandbox.folder).map(({pid}) => pid),
          'SIGKILL',
        )
      const owner = join(team.sandbox.path('data'), 'owner.json')
      writeFileSync(owner, JSON.stringify({...(JSON.parse(readFileSync(owner, 'utf8')) as object), boot: 'the boot before'}))
      await comeBack(team)
    },
  },
  sleep: {
    bringAbout: async (team) => {
      const asleep = new Set<number>()
      // A machine leaves nothing awake: what was started since the list was made is in the next one.
      for (;;) {
        const awake = processesOf(team.sandbox.folder).flatMap(({pid}) => (asleep.has(pid) ? [] : [pid]))
        if (awake.length === 0) break
        signal(awake, 'SIGSTOP')
        for (const pid of awake) asleep.add(pid)
      }
      await sleep(SLEEP_MS)
      signal([...asleep], 'SIGCONT')
    },
  },
  'worktree deleted': {
    needsAgent: true,
    thinkMs: 8_000,
    bringAbout: async (team) => rmSync(team.agent('developer')!.worktree, {recursive: true, force: true, maxRetries: 3}),
    // What was written and not committed went with the folder, and the script that wrote it says so.
    mayBlock: /developer says|worktree/,
  },
  'disk full': {
    impossible: () => {
      if (process.getuid!() !== 0) return 'only root may mount a small disk'
      const probe = execFileSync('mktemp', ['-d'], {encoding: 'utf8'}).trim()
      const {status, stderr} = mount(probe)
      unmount(probe)
      rmSync(probe, {recursive: true})
      return status === 0 ? null : `mount: ${String(stderr).trim()}`
    },
    prepare: (team) => {
      mkdirSync(stateFolder(team), {recursive: true, mode: 0o700})
      mount(stateFolder(team))
    },
    bringAbout: async (team) => {
      const filler = join(stateFolder(team), 'filler')
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4096', 'count=100000'])
      await sleep(FULL_MS)
      rmSync(filler)
    },
    cleanUp: (team) => void unmount(stateFolder(team)),
  },
  'state file damaged': {
    bringAbout: async (team) => {
      signal(supervisors(team), 'SIGKILL')
      const folder = join(stateFolder(team), 'projects')
      for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
        const path = join(folder, name)
        truncateSync(path, Math.floor(statSync(path).size / 2))
      }
      await comeBack(team)
    },
  },
}
