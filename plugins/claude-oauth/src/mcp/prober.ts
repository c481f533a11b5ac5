import type {Clock, McpProbe, McpProbeRequest, McpProber, McpServer} from '@orch/plugin-kit'
import {probeServer, type ProbeParts} from './probe-server.js'

/** Milliseconds a result counts for the other agents of the same start. */
const MEMORY_MS = 5 * 60_000

interface Remembered {
  readonly probe: Promise<McpProbe>
  readonly at: number
}

/** Asks servers, all at once; in one start of a team each entry once, however many agents are to have it. */
export class ServerProber implements McpProber {
  readonly #parts: ProbeParts
  /** A start is known by its signal: the next one, after something was mended, asks anew. */
  readonly #starts = new WeakMap<AbortSignal, Map<string, Remembered>>()

  constructor(parts: ProbeParts) {
    this.#parts = parts
  }

  /** @throws the signal's reason */
  async probe(request: McpProbeRequest): Promise<McpProbe[]> {
    return Promise.all(
      request.servers.map(async (server) => {
        const probe = await this.#once(server, request)
        request.onProbed?.(server.name)
        return probe
      }),
    )
  }

  async #once(server: McpServer, {cwd, env, timeoutMs, signal}: McpProbeRequest): Promise<McpProbe> {
    const known = this.#starts.get(signal) ?? new Map<string, Remembered>()
    this.#starts.set(signal, known)
    const clock: Clock = this.#parts.clock
    const key = JSON.stringify([server.name, server.config])
    const remembered = known.get(key)
    if (remembered && clock.monotonic() - remembered.at < MEMORY_MS) return remembered.probe
    const probe = probeServer(server, this.#parts, {cwd, env, timeoutMs, signal})
    known.set(key, {probe, at: clock.monotonic()})
    return probe
  }
}
