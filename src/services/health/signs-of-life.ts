import type {Clock, EvidenceSource} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import type {Sign} from '../../domain/health.js'
import type {ProcessUsage} from './process-usage.js'
import type {Agent} from '../../domain/model/agent.js'

interface Pulse {
  readonly run: string
  /** On the monotonic clock: a set clock makes nobody silent. */
  at: number
  source: EvidenceSource
  what: string
  evidence: string
  evidenceAt: number
  size: number | null
}

/** What a hook or a transcript told proves that the agent lives; what orch concluded itself does not. */
const SIGNS: readonly EvidenceSource[] = ['hook', 'transcript']
/** Milliseconds in which a line of the transcript still belongs to the report before it. */
const SAME_MOMENT_MS = 2_000

/**
 * Signs of life, without a model call: reports of hooks, growth of the transcript, processor time of what the agent started. They are kept in memory: a
 * record of each would cost a commit every few seconds. A supervisor that starts has seen nothing yet, so nobody is stuck by its first look.
 */
export class SignsOfLife {
  readonly #files: Files
  readonly #vitals: ProcessUsage
  readonly #clock: Clock
  readonly #pulses = new Map<string, Pulse>()

  constructor(options: {files: Files; vitals: ProcessUsage; clock: Clock}) {
    this.#files = options.files
    this.#vitals = options.vitals
    this.#clock = options.clock
  }

  /** Looks at one agent. @returns its newest sign of life, and whether its transcript grew since the look before */
  async feel(agent: Agent): Promise<{sign: Sign; grew: boolean}> {
    const facts = agent.transcript ? await this.#files.facts(agent.transcript.path) : null
    const now = this.#clock.monotonic()
    const pulse = this.#pulseOf(agent, now)
    const evidence = `${agent.state} ${agent.evidence.source} ${agent.evidence.at}`
    if (pulse.evidence !== evidence) {
      pulse.evidence = evidence
      pulse.evidenceAt = now
      if (SIGNS.includes(agent.evidence.source)) beat(pulse, now, agent.evidence.source, agent.evidence.what)
    }
    const grew = facts !== null && pulse.size !== null && facts.size !== pulse.size
    if (grew) beat(pulse, now, 'transcript', 'its transcript grew')
    if (facts) pulse.size = facts.size
    if (this.#vitals.hasToolsAtWork(agent.id)) beat(pulse, now, 'process', 'what it started is at work')
    const isNews = pulse.at > pulse.evidenceAt + SAME_MOMENT_MS
    return {sign: {ageMs: Math.max(0, now - pulse.at), source: pulse.source, what: pulse.what, isNews}, grew}
  }

  /** Time in which nothing could be seen, as the machine slept, makes nobody silent. @param ms milliseconds */
  skip(ms: number): void {
    for (const pulse of this.#pulses.values()) {
      pulse.at += ms
      pulse.evidenceAt += ms
    }
  }

  /** Forgets agents that are no longer looked at. */
  keepOnly(agents: ReadonlySet<string>): void {
    for (const id of this.#pulses.keys()) if (!agents.has(id)) this.#pulses.delete(id)
  }

  #pulseOf(agent: Agent, now: number): Pulse {
    const run = agent.run?.id ?? ''
    const known = this.#pulses.get(agent.id)
    if (known?.run === run) return known
    const {source, what, at} = agent.evidence
    const fresh: Pulse = {run, at: now, source, what, evidence: `${agent.state} ${source} ${at}`, evidenceAt: now, size: null}
    this.#pulses.set(agent.id, fresh)
    return fresh
  }
}

function beat(pulse: Pulse, at: number, source: EvidenceSource, what: string): void {
  pulse.at = at
  pulse.source = source
  pulse.what = what
}
