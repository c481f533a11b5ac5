/** A process that says it makes a call. */
export interface ProcessClaim {
  readonly pid: number
  /** Of the socket by which it shows that. */
  readonly name: string
  /** Of the call, which is in the name too. */
  readonly digest: string
}

/** A process on the way from a caller up to the first process of the machine. */
export interface Ancestor {
  readonly pid: number
  readonly parent: number
  readonly uid: number
  /** Clock ticks since boot. */
  readonly startedAt: number
  readonly command: string
  /** It is a run of an agent, by its environment. */
  readonly isRun: boolean
  /** It is orch's tmux server, or the process that takes in what is orphaned below it, by its environment. */
  readonly isKeeper: boolean
}

/** A process with all above it, itself first. */
export type Lineage = readonly Ancestor[]

/** What is known of a caller and of the agents at work. */
export interface Sighting {
  readonly caller: Lineage
  /** Of the other processes that have to do with the caller's session and terminal. */
  readonly around: readonly Lineage[]
  readonly agents: readonly Lineage[]
  readonly supervisor: number
  readonly uid: number
}

/** Whether a process is an agent's, or was started by one. */
export function isOfAgents(lineage: Lineage, supervisor: number): boolean {
  return lineage.some(({pid, isRun, isKeeper}) => isRun || isKeeper || pid === supervisor)
}

/** Why a caller counts for no process outside of agents; null when it does. */
export function whyOfAgents({caller, around, supervisor}: Sighting): string | null {
  if (caller.length === 0) return 'nothing shows which process makes it'
  if (isOfAgents(caller, supervisor)) return 'a process of an agent makes it'
  return around.some((lineage) => isOfAgents(lineage, supervisor)) ? 'an agent shares its session or terminal' : null
}

/**
 * Why a caller may be an orphan of an agent; null when it cannot. Where a process takes in all orphans of agents they stay below it. Else
 * one that has lost its parent looks like a program that a person started without one: then only what is older than every agent counts.
 */
export function whyOrphan({caller, agents, uid}: Sighting): string | null {
  if (agents.every(areKept)) return null
  const top = topOf(caller, uid)
  const oldest = Math.min(...agents.map((lineage) => lineage[0]?.startedAt ?? Infinity))
  if (!top || top.uid !== uid || top.startedAt < oldest) return null
  return 'an agent could have started its terminal'
}

/** Both the tmux server and the process above it are there: it takes in orphans. */
function areKept(lineage: Lineage): boolean {
  return lineage.filter(({isRun, isKeeper}) => isKeeper && !isRun).length >= 2
}

/** The oldest ancestor below the first process, or below the user's service manager, which takes in orphans too. */
function topOf(caller: Lineage, uid: number): Ancestor | undefined {
  const end = caller.findIndex(
    ({pid, parent, command, uid: owner}) => pid === 1 || (parent === 1 && command === 'systemd' && owner === uid),
  )
  return end === -1 ? caller.at(-1) : caller[end - 1]
}
