import type {PortHolder} from '@orch/plugin-kit'
import type {PortStatus} from './port-commands/port-status.js'

/** A port on a line, and what may be done about it. @param now milliseconds UTC */
export function portLines({port, free, holder, leasedTo, earliestStartAt, waiting, recommendations}: PortStatus, now: number): string[] {
  const words = [
    free ? 'free' : `in use by ${describeHolder(holder)}`,
    ...(earliestStartAt === null ? [] : [`next start in ${Math.max(1, Math.ceil((earliestStartAt - now) / 1_000))} s`]),
    ...(leasedTo
      ? [`${leasedTo.role ?? leasedTo.agent} is starting on it${leasedTo.supervisorRuns ? '' : ' (its supervisor has ended)'}`]
      : []),
  ]
  return [
    `port ${port}  ${words.join(', ')}`,
    ...waiting.map(({project, role, why}) => `  ${project}:${role} waits: ${why}`),
    ...recommendations.map((line) => `  → ${line}`),
  ]
}

/** `npm run dev (pid 7, in /srv/app)`. */
export function describeHolder(holder: PortHolder | null): string {
  if (!holder || holder.pid === null) return 'a process of another user'
  return `${printable(holder.command ?? 'a process')} (pid ${holder.pid}, in ${printable(holder.cwd ?? 'an unknown folder')})`
}

/** A command line is whatever its process made of it. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').slice(0, 120)
}
