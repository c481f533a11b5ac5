import type {PortHolder} from '@orch/plugin-kit'

/** How a port stands, as `orch port status --json` shows it. Times are milliseconds UTC. */
export interface PortStatus {
  readonly port: number
  /** What the contract calls free, observed now. */
  readonly free: boolean
  readonly holder: PortHolder | null
  /** `role`: null for an agent of another supervisor. */
  readonly leasedTo: {
    readonly agent: string
    readonly role: string | null
    readonly run: string
    readonly since: number
    readonly supervisorRuns: boolean
  } | null
  /** The end of the floor after a kill; null when there is none. */
  readonly earliestStartAt: number | null
  /** Starts that wait on it. */
  readonly waiting: readonly {readonly project: string; readonly agent: string; readonly role: string; readonly why: string}[]
  /** What a person may do; empty when nothing needs doing. */
  readonly recommendations: readonly string[]
}
