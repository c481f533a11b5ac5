import {readdirSync, readFileSync} from 'node:fs'

/** Processes that know a folder from their environment; `daemon`: those that are a supervisor. */
export function processesOf(folder: string): {pid: number; isSupervisor: boolean; isTmux: boolean}[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes(`=${folder}/`)) return []
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0')
        const isSupervisor = words.includes('daemon') && words.includes('run')
        return [{pid: Number(name), isSupervisor, isTmux: /(^|\/)tmux$/.test(words[0] ?? '')}]
      } catch {
        return []
      }
    })
}

export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // It ended by itself.
    }
  }
}
