import {Readable} from 'node:stream'
import fastify, {type FastifyInstance, type FastifyReply, type FastifyRequest} from 'fastify'
import {OrchError, isOrchError, toErrorBody, type Caller, type Logger, type SchemaValidator} from '@orch/plugin-kit'
import {callDigest} from '../adapters/held-call.js'
import type {ProcessClaim} from '../domain/lineage.js'
import type {IncomingCall} from '../services/authority/gate.js'
import {BODY_LIMIT_BYTES, BodyGuard} from './body-guard.js'
import type {SocketListener} from './listener.js'
import type {Method, Methods, StreamMethod} from './method.js'
import {HEADERS, PROTOCOL, RESTART_ME, isNewer} from './protocol.js'

/** What cannot be stored, or received, now: a hook of an earlier version then spools its report. */
const STATUS: Readonly<Record<string, number>> = {ORCH_STORE_WRITE: 503, ORCH_BUSY: 503}

const METHOD_PATH = /^\/v1\/([^/?]+)$/

interface ServerOptions {
  readonly listener: SocketListener
  readonly state: string
  readonly version: string
  readonly plugins: string
  readonly methods: Methods
  readonly schemas: SchemaValidator
  readonly logger: Logger
  /** Who speaks, by the token of the call. @throws ORCH_UNAUTHORISED */
  readonly identify: (claim: {project: string; agent: string; token: string}) => Caller
  /** Records what the hooks of an agent reported before it called. Never throws. */
  readonly settleReports: (agent: {readonly project: string; readonly agent: string}) => Promise<void>
  /** Whether the caller may; answers with the parameters to go on with. @throws ORCH_REFUSED */
  readonly admit: (call: IncomingCall) => Promise<object>
}

/** The socket API: `POST /v1/<method>` with JSON parameters. Only this user can reach it (0600, in a 0700 folder). */
export class RpcServer {
  readonly #options: ServerOptions
  readonly #app: FastifyInstance
  readonly #bodies = new BodyGuard()
  readonly #callers = new WeakMap<FastifyRequest, Caller>()

  constructor(options: ServerOptions) {
    this.#options = options
    this.#app = fastify({bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true})
    // Before a route is sought: a method that a new plugin brings is not known to a supervisor that has not loaded it.
    this.#app.addHook('onRequest', async (request, reply) => {
      this.#sign(reply)
      if (this.#isOutdatedFor(request)) return reply.code(RESTART_ME).send({})
      const [, method] = METHOD_PATH.exec(request.url) ?? []
      if (method === undefined) return this.#refuse(reply, 404, request, 'there is nothing at this path')
      if (request.method !== 'POST') return this.#refuse(reply.header('allow', 'POST'), 405, request, 'methods are called with POST')
      // Who calls is known before a byte of the body is read.
      const caller = this.#identify(request)
      this.#callers.set(request, caller)
      this.#bodies.admit(request, method, caller.agent !== null)
      return undefined
    })
    this.#bodies.install(this.#app)
    for (const [name, method] of Object.entries(options.methods)) this.#route(name, method)
    this.#app.setErrorHandler((error, request, reply) => this.#fail(reply, asBadRequest(error, request)))
    this.#app.setNotFoundHandler((request, reply) =>
      this.#fail(
        reply.code(404),
        new OrchError('ORCH_VERSION', {
          why: `The supervisor knows no ${request.url.split('/').pop()}.`,
          remedy: 'Restart it: orch daemon restart',
        }),
      ),
    )
  }

  async listen(): Promise<void> {
    await this.#app.ready()
    // Node tracks connections, and bounds the time of their headers and bodies, from this event on.
    this.#app.server.emit('listening')
    await this.#options.listener.listen((connection) => void this.#app.server.emit('connection', connection))
  }

  async close(): Promise<void> {
    await this.#options.listener.close()
    // Fastify ends connections only of a server that listens by itself.
    this.#app.server.closeAllConnections()
    await this.#app.close()
  }

  #route(name: string, method: Method | StreamMethod): void {
    this.#app.post(`/v1/${name}`, async (request, reply) => {
      const body = (request.body ?? {}) as never
      const claim = claimOf(request, name, body)
      const problems = this.#options.schemas.check(method.params, body)
      if (problems.length > 0) {
        throw new OrchError('ORCH_INVALID_PARAMS', {
          method: name,
          problems: problems.map(({path, message}) => `${path.join('.')} ${message}`.trim()),
        })
      }
      const context = {caller: this.#callers.get(request) ?? {agent: null}, signal: untilGone(reply)}
      if (context.caller.agent) await this.#options.settleReports(context.caller.agent)
      const admitted = (await this.#options.admit({method: name, params: body, caller: context.caller, process: claim})) as never
      if (method.kind === 'call') return {data: (await method.handle(admitted, context)) ?? null}
      return reply.type('application/x-ndjson').send(Readable.from(lines(method.handle(admitted, context))))
    })
  }

  /** Before anything is done: is this the supervisor for that client? Hooks and looks do not ask. @throws ORCH_VERSION for an older client */
  #isOutdatedFor({headers}: FastifyRequest): boolean {
    const theirs = headers[HEADERS.version]
    if (typeof theirs !== 'string') return false
    const {version, plugins} = this.#options
    if (isNewer(version, theirs)) {
      const why = `The supervisor is ${version}, and this orch is ${theirs}, which is older.`
      throw new OrchError('ORCH_VERSION', {why, remedy: `Use orch ${version}.`})
    }
    const otherPlugins = headers[HEADERS.plugins] !== undefined && headers[HEADERS.plugins] !== plugins
    return theirs !== version || headers[HEADERS.protocol] !== String(PROTOCOL) || otherPlugins
  }

  #identify(request: FastifyRequest): Caller {
    const [project, agent, token] = [HEADERS.project, HEADERS.agent, HEADERS.token].map((name) => request.headers[name])
    if (typeof agent !== 'string' || agent === '') return {agent: null}
    return this.#options.identify({project: String(project ?? ''), agent, token: String(token ?? '')})
  }

  #fail(reply: FastifyReply, error: unknown): FastifyReply {
    const body = toErrorBody(error)
    if (body.code === 'ORCH_INTERNAL') this.#options.logger.error('a call failed', {error})
    if (reply.statusCode === 200) void reply.code(STATUS[body.code] ?? (body.exit === 2 ? 400 : 500))
    return reply.send({error: body})
  }

  #refuse(reply: FastifyReply, status: number, {method, url}: FastifyRequest, why: string): FastifyReply {
    return this.#fail(reply.code(status), new OrchError('ORCH_INVALID_PARAMS', {method: `${method} ${url}`, problems: [why]}))
  }

  #sign(reply: FastifyReply): void {
    const {version, plugins, state} = this.#options
    void reply.headers({
      [HEADERS.protocol]: String(PROTOCOL),
      [HEADERS.version]: version,
      [HEADERS.plugins]: plugins,
      [HEADERS.pid]: String(process.pid),
      [HEADERS.state]: encodeURIComponent(state),
    })
  }
}

/** Which process a caller says it is. @param body as it came: a check may fill in defaults */
function claimOf({headers}: FastifyRequest, method: string, body: unknown): ProcessClaim | null {
  const [, pid, name] = /^(\d{1,10}) (\S+)$/.exec(String(headers[HEADERS.process] ?? '')) ?? []
  return pid === undefined || name === undefined ? null : {pid: Number(pid), name, digest: callDigest(method, body)}
}

function untilGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort(new Error('the client went away')))
  return gone.signal
}

/** What fastify refused before a method saw it (no JSON, too large, another content type) is the caller's to mend. */
function asBadRequest(error: unknown, {url}: FastifyRequest): unknown {
  const {statusCode, message} = error as {statusCode?: number; message: string}
  if (isOrchError(error) || statusCode === undefined || statusCode < 400 || statusCode >= 500) return error
  return new OrchError('ORCH_INVALID_PARAMS', {method: url.split('/').pop() ?? url, problems: [message]})
}

/** One object a line; a failure in the middle is the last line. */
async function* lines(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  try {
    for await (const item of items) yield `${JSON.stringify(item)}\n`
  } catch (error) {
    yield `${JSON.stringify({error: toErrorBody(error)})}\n`
  }
}
