import type {FastifyInstance, FastifyRequest} from 'fastify'
import {MAX_DEPTH, OrchError, isDeepJson} from '@orch/plugin-kit'

const MB = 1024 * 1024
/** A specification of 4 MB, its escapes and a little more. */
export const BODY_LIMIT_BYTES = 16 * MB
/** What an agent sends, apart from reports of its hooks, which hold the files it writes. */
const AGENT_LIMIT_BYTES = 2 * MB
const HOOK_METHOD = 'agent.report'
/** All bodies that are being received, parsed or handled. */
const IN_FLIGHT_BYTES = 64 * MB
/** Milliseconds a client may take to send its body. */
const BODY_MS = 30_000

interface Reception {
  readonly bytes: number
  readonly slow: NodeJS.Timeout
}

/** Bounds what callers may send at once, so that no body can fill the memory, block the event loop or hold a place for ever. */
export class BodyGuard {
  readonly #receptions = new Map<FastifyRequest, Reception>()
  #inFlight = 0

  install(app: FastifyInstance): void {
    app.addHook('preValidation', async (request) => clearTimeout(this.#receptions.get(request)?.slow))
    app.addHook('onResponse', async (request) => this.#release(request))
    app.addHook('onRequestAbort', async (request) => this.#release(request))
    const parse = app.getDefaultJsonParser('error', 'error')
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser('application/json', {parseAs: 'string'}, (request, body, done) => {
      if (isDeepJson(body as string)) done(tooDeep())
      else void parse(request, body as string, done)
    })
  }

  /**
   * Takes the body on before it is read.
   * @param method name of the method called
   * @throws ORCH_INVALID_PARAMS for a body that is too large, ORCH_BUSY when too much is on its way
   */
  admit(request: FastifyRequest, method: string, isAgent: boolean): void {
    const limit = isAgent && method !== HOOK_METHOD ? AGENT_LIMIT_BYTES : BODY_LIMIT_BYTES
    const length = request.headers['content-length']
    // Without a length it may become as long as is allowed.
    const bytes = length === undefined ? limit : Number(length)
    if (bytes > limit) throw new OrchError('ORCH_INVALID_PARAMS', {method, problems: [`the body is larger than ${limit / MB} MB`]})
    if (this.#inFlight + bytes > IN_FLIGHT_BYTES)
      throw new OrchError('ORCH_BUSY', {why: `${IN_FLIGHT_BYTES / MB} MB of requests are on their way`})
    this.#inFlight += bytes
    this.#receptions.set(request, {bytes, slow: setTimeout(() => request.raw.destroy(), BODY_MS).unref()})
  }

  #release(request: FastifyRequest): void {
    const reception = this.#receptions.get(request)
    if (!reception) return
    clearTimeout(reception.slow)
    this.#receptions.delete(request)
    this.#inFlight -= reception.bytes
  }
}

/** Fastify answers with this as with its own refusals. */
function tooDeep(): Error {
  return Object.assign(new Error(`the body nests deeper than ${MAX_DEPTH} levels`), {statusCode: 400})
}
