import type {PortStatus} from './port-status.js'

/** What a person may do about a port, the likeliest remedy first. */
export function recommend({port, free, holder, leasedTo, earliestStartAt, waiting}: Omit<PortStatus, 'recommendations'>): string[] {
  // One that waits for the start of another has nothing to override: that start has the lease.
  const forPort = leasedTo?.supervisorRuns ? waiting.filter(({agent}) => agent === leasedTo.agent) : waiting
  const override = forPort.map(({project, role}) => `orch port override ${project}:${role}`)
  return [
    ...(free || !holder ? [] : [endHolder(port, holder)]),
    ...(free ? [] : ['or give the run another port: CLAUDE_OAUTH_PORT, oauth.port or oauth.ports']),
    ...(earliestStartAt === null
      ? []
      : ['a window was killed on this port: the next start waits for the end of its floor, nothing shortens it']),
    ...(leasedTo && !leasedTo.supervisorRuns
      ? [`the supervisor that started ${leasedTo.role ?? leasedTo.agent} has ended: start it again (any command with its ORCH_DATA_DIR)`]
      : []),
    ...(!free || (leasedTo && !leasedTo.supervisorRuns) ? override.map((command) => `or start without it: ${command}`) : []),
  ]
}

function endHolder(port: number, {pid, command, run}: NonNullable<PortStatus['holder']>): string {
  if (pid === null) return `end what holds port ${port}; it belongs to another user, so its name is hidden`
  const whose = run ? ` (started by an agent, run ${run}: starts go on with a warning after their budget)` : ''
  return `end ${command ?? 'the process'}, pid ${pid}${whose}; orch never does`
}
