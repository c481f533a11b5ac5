import type {ProcessUse} from '../domain/ports/host.js'

/**
 * Reads what `ps -axo pid=,ppid=,rss=,time=` prints: kilobytes, and processor time as `[[DD-]HH:]MM:SS[.cc]` (ps(1) of macOS and of procps).
 * It tells no start time that identifies a process, so the pid alone does.
 */
export function parseProcesses(text: string): ProcessUse[] {
  return text.split('\n').flatMap((line) => {
    const [pid, parent, rss, time] = line.trim().split(/\s+/)
    if (!/^\d+$/.test(pid ?? '') || time === undefined) return []
    return [{pid: Number(pid), parent: Number(parent), startedAt: 'unknown', cpuMs: milliseconds(time), rssBytes: Number(rss) * 1024}]
  })
}

function milliseconds(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-', 2) : ['0', time]
  const seconds = clock!.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Math.round((Number(days) * 86_400 + seconds) * 1000)
}
