import {spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'

/** Linux counts CPU time in hundredths of a second (USER_HZ, proc(5)). */
const TICKS_PER_SECOND = 100

export const started = ({type, data}) => type === 'project.state' && data.to === 'starting'
export const running = ({type, data}) => type === 'project.state' && data.to === 'running'
export const seconds = (ms) => `${(ms / 1000).toFixed(3)} s`

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Milliseconds of wall time of a program; throws when it fails. */
export function wallOf(program, args, options = {}) {
  const started = performance.now()
  const {status, stderr, error} = spawnSync(program, args, {...options, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']})
  const took = performance.now() - started
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${status}\n${stderr}`)
  return took
}

/**
 * Medians of programs that take turns, so that a busy moment of the machine meets all of them.
 * @param candidates name → argv
 * @param settle called before each round, untimed: waits for what the round before has set in motion
 */
export function race(candidates, rounds, settle = () => undefined) {
  const times = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]))
  for (let round = 0; round <= rounds; round += 1) {
    settle()
    for (const [name, argv] of Object.entries(candidates)) {
      const took = wallOf(...argv)
      // The first round fills the caches of files.
      if (round > 0) times[name].push(took)
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]))
}

/** Share of one core a process uses over some seconds, in percent. */
export async function cpuShare(pid, seconds) {
  const [before, started] = [cpuTicks(pid), performance.now()]
  await sleep(seconds * 1000)
  const elapsed = (performance.now() - started) / 1000
  return ((cpuTicks(pid) - before) / TICKS_PER_SECOND / elapsed) * 100
}

/** Resident memory in megabytes, as the kernel counts it. */
export function residentMegabytes(pid) {
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024) / 1e6
}

/** Milliseconds from the first event that `from` accepts to the last that `to` accepts. */
export function between(events, from, to) {
  return events.findLast(to).at - events.find(from).at
}

function cpuTicks(pid) {
  // The name in brackets may hold spaces: fields count from behind it; 14 and 15 of proc(5) are user and system time.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return Number(fields[11]) + Number(fields[12])
}
