import {statSync} from 'node:fs'
import {request, type ClientRequest, type IncomingMessage} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'
import {dirname} from 'node:path'
import {OrchError, hasCode, isOrchError, messageOf, type ErrorBody} from '@orch/plugin-kit'
import type {ClientModule, SupervisorClient} from '@orch/plugin-kit/command'
import {statePaths, type StatePaths} from '../adapters/paths.js'
import {timeoutSignal} from '../adapters/timeout-signal.js'
import {requireOwn, requirePrivateFolder} from '../adapters/private-folder.js'
import {AUTHORITY, UNDECLARED, type MethodName} from './authority.js'
import {HEADERS, PROTOCOL, RESTART_ME} from './protocol.js'
import {remoteError} from './remote-error.js'

type Params = Readonly<Record<string, unknown>>
type Config = Parameters<ClientModule['connect']>[0]

/** How often an idempotent call is made while supervisors die under it. */
const ATTEMPTS = 20
/** Milliseconds before the second attempt; each further one waits so much longer, up to the most. */
const AGAIN_MS = 50
const AGAIN_AT_MOST_MS = 500
/** Milliseconds of a call without an answer until it is asked whether anything answers, doubling up to the longest; and for that answer. */
const LOOK_MS = {first: 2_000, longest: 30_000}
const HELLO_MS = 6_000
/** Milliseconds between looks for the next supervisor while a command brings it up. */
const REPLACED_LOOK_MS = 100
/** Milliseconds between looks whether a person has started again what a person stopped. */
const STOPPED_LOOK_MS = 2_000

/** The entry named by `orch.client` in package.json. */
export const connect: ClientModule['connect'] = (config) => new SocketClient(config)

/** Speaks to the supervisor over its socket, and starts it when there is none. */
class SocketClient implements SupervisorClient {
  readonly #config: Config
  readonly #paths: StatePaths
  /** A supervisor has taken this client's plugins for its own. When they change later, a command that begins then knows them better. */
  #isAgreed = false
  /** It was this client that ended the last supervisor: the next one is its to start, also where it belongs to an agent. */
  #isBringingUp = false

  constructor(config: Config) {
    this.#config = config
    this.#paths = statePaths(config.dataDir, config.version, config.env)
  }

  async call<R>(method: string, params: Params = {}, {idempotent = false, patient = false} = {}): Promise<R> {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = (await this.#once<R>(method, params)) ?? (await this.#started(() => this.#once<R>(method, params)))
        return answer.data
      } catch (error) {
        if (patient && hasCode(error, 'ORCH_STOPPED')) {
          attempt = 0
          await sleep(STOPPED_LOOK_MS)
          continue
        }
        if (!isConnectionLost(error) || !idempotent || attempt === ATTEMPTS) throw await this.#asUnavailable(error)
        await sleep(Math.min(AGAIN_MS * attempt, AGAIN_AT_MOST_MS))
      }
    }
  }

  async peek<R>(method: string, params: Params = {}, {timeoutMs}: {timeoutMs?: number} = {}): Promise<R | null> {
    const done = new AbortController()
    const signal = timeoutMs === undefined ? undefined : timeoutSignal(done.signal, timeoutMs)
    try {
      // A look is answered by any supervisor, and never restarts one.
      const response = await this.#post(method, params, {}, signal)
      return response && ((await readAnswer(response)) as {data: R}).data
    } catch (error) {
      throw await this.#asUnavailable(error)
    } finally {
      done.abort()
    }
  }

  async *stream<T>(method: string, params: Params = {}, {signal}: {signal?: AbortSignal} = {}): AsyncGenerator<T> {
    if (signal?.aborted) return
    const {linesOf} = await import('../adapters/lines.js')
    try {
      for await (const {text} of linesOf(await this.#open(method, params, signal))) {
        const item = JSON.parse(text) as object
        if (isFailure(item)) throw remoteError(item.error)
        yield item as T
      }
    } catch (error) {
      if (!signal?.aborted) throw await this.#asUnavailable(error)
    }
  }

  /** @param signal ends the wait for the answer, which begins with the first item, and the answer */
  async #open(method: string, params: Params, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const response = (await this.#send(method, params, signal)) ?? (await this.#started(() => this.#send(method, params, signal)))
    if (response.statusCode !== 200) await readAnswer(response)
    return response
  }

  async #once<R>(method: string, params: Params): Promise<{data: R} | null> {
    const response = await this.#send(method, params)
    return response && ((await readAnswer(response)) as {data: R})
  }

  /** @throws ORCH_STOPPED in an agent whose supervisor a person has stopped */
  async #started<T>(again: () => Promise<T | null>): Promise<T> {
    if (isAgent(this.#config.env) && !this.#isBringingUp) {
      const answer = await this.#ofNext(again)
      if (answer !== null) return answer
    }
    const {startSupervisor} = await import('./start-supervisor.js')
    await startSupervisor(this.#place())
    const answer = await again()
    if (answer === null) throw new OrchError('ORCH_SUPERVISOR', {why: 'it ended right after its start', log: this.#paths.log})
    return answer
  }

  /**
   * The answer of a supervisor that a command is bringing up. Agents leave that to it.
   * @returns null when none came, and an agent may start it
   * @throws ORCH_STOPPED when a person has stopped it
   */
  async #ofNext<T>(again: () => Promise<T | null>): Promise<T | null> {
    const {isBeingReplaced, stoppedAt} = await import('../adapters/stop-mark.js')
    for (;;) {
      if ((await stoppedAt(this.#paths.spool)) !== null) throw new OrchError('ORCH_STOPPED', {})
      if (this.#isBringingUp || !(await isBeingReplaced(this.#paths.spool))) return null
      await sleep(REPLACED_LOOK_MS)
      const answer = await again()
      if (answer !== null) return answer
    }
  }

  /** @returns null when no supervisor listens */
  async #send(method: string, params: Params, signal?: AbortSignal): Promise<IncomingMessage | null> {
    for (;;) {
      const response = await this.#post(method, params, this.#handshake(), signal)
      if (response?.statusCode !== RESTART_ME) {
        this.#isAgreed ||= response !== null
        return response
      }
      // An older supervisor, or one with other plugins: it has done nothing yet. It is started anew, and agents do not notice.
      response.destroy()
      if (await this.#isReplaced(response)) return null
    }
  }

  /**
   * Puts an end to an outdated supervisor, once it is known that the next one can come up.
   * @returns false when the one that runs is to be asked again
   * @throws why the next one cannot come up, where this client cannot use the one that runs
   */
  async #isReplaced({headers}: IncomingMessage): Promise<boolean> {
    const {version, plugins = '', warn} = this.#config
    const {tryOnce} = await import('./try-once.js')
    try {
      if (!(await tryOnce(this.#place(), plugins))) return false
    } catch (error) {
      // A supervisor of the same version differs only in its plugins, and works without the new ones.
      if (headers[HEADERS.version] !== version || headers[HEADERS.protocol] !== String(PROTOCOL)) throw error
      warn?.(`The supervisor keeps the plugins it has: with the changed ones orch cannot start. ${messageOf(error)}`)
      this.#isAgreed = true
      return false
    }
    const {stopSupervisor} = await import('./stop-supervisor.js')
    const {identifyProcess} = await import('../adapters/local-host.js')
    const supervisor = identifyProcess(Number(headers[HEADERS.pid]))
    if (supervisor) await stopSupervisor({supervisor, ask: () => this.#retire(), log: this.#paths.log})
    this.#isBringingUp = true
    return true
  }

  #place() {
    return {root: this.#config.root, data: this.#config.dataDir, env: this.#config.env, paths: this.#paths}
  }

  /** Asks a supervisor of another version to end. Those of 0.1 know `system.stop` alone. @returns whether it was heard */
  async #retire(): Promise<boolean> {
    const {version, plugins = ''} = this.#config
    const response = await this.#post('system.retire', {version, plugins}, {})
    response?.destroy()
    if (response?.statusCode === 200) return true
    return response !== null && (await this.#post('system.stop', {}, {})) !== null
  }

  /** What lets the supervisor find out whether it is the one for this client. */
  #handshake(): Record<string, string> {
    const {version, plugins} = this.#config
    return {
      [HEADERS.protocol]: String(PROTOCOL),
      [HEADERS.version]: version,
      ...(plugins === undefined || this.#isAgreed ? {} : {[HEADERS.plugins]: plugins}),
    }
  }

  async #post(method: string, params: Params, headers: Record<string, string>, signal?: AbortSignal): Promise<IncomingMessage | null> {
    const held = this.#mustShowItself(method) ? await holdUp(method, params) : null
    const shown = held ? {...headers, [HEADERS.process]: `${held.pid} ${held.name}`} : headers
    const response = await this.#request(method, params, shown, signal).finally(() => held?.release())
    if (response) this.#requireSameState(response)
    return response
  }

  /** An agent has its token; a person shows which process calls, where that decides anything. */
  #mustShowItself(method: string): boolean {
    const rule = method in AUTHORITY ? AUTHORITY[method as MethodName] : UNDECLARED
    return !this.#config.env['ORCH_AGENT'] && rule.others !== 'nothing'
  }

  async #request(
    method: string,
    params: Params,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<IncomingMessage | null> {
    // Headers and body carry tokens and environments: only to a socket that no other user can have put there.
    if (!requirePrivateFolder(dirname(this.#paths.socket))) return null
    requireOwn(this.#paths.socket)
    const {env} = this.#config
    return new Promise<IncomingMessage | null>((resolve, reject) => {
      const call = request({
        socketPath: this.#paths.socket,
        path: `/v1/${method}`,
        method: 'POST',
        // A connection of its own: one that was kept may be to a supervisor that has ended since.
        agent: false,
        ...(signal ? {signal} : {}),
        headers: {
          'content-type': 'application/json',
          ...headers,
          ...(env['ORCH_AGENT']
            ? {[HEADERS.agent]: env['ORCH_AGENT'], [HEADERS.project]: env['ORCH_PROJECT'] ?? '', [HEADERS.token]: env['ORCH_TOKEN'] ?? ''}
            : {}),
        },
      })
      const watch = this.#watchOver(call, method)
      call.once('close', () => watch.abort())
      call.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null)
        else reject(error)
      })
      call.once('response', (response) => {
        watch.abort()
        resolve(response)
      })
      call.end(JSON.stringify(params))
    })
  }

  /** Some calls wait for hours for their answer, so it is asked meanwhile whether anything answers at all: a process may be stopped, or hang. */
  #watchOver(call: ClientRequest, method: string): AbortController {
    const watch = new AbortController()
    const {signal} = watch
    const look = async () => {
      for (let wait = LOOK_MS.first; ; wait = Math.min(2 * wait, LOOK_MS.longest)) {
        await sleep(wait, undefined, {signal, ref: false})
        const hello = await this.peek('system.hello', {}, {timeoutMs: HELLO_MS})
        if (hello === null) return
      }
    }
    // One that died meanwhile ends the call itself; only silence is silence.
    const onEnd = (error: unknown) => void (isTimeout(error) && !signal.aborted && call.destroy(new Unresponsive()))
    if (method !== 'system.hello') look().catch(onEnd)
    return watch
  }

  /** What is no error of the registry came from the socket. */
  async #asUnavailable(error: unknown): Promise<Error> {
    if (error instanceof Unresponsive) return (await import('./unresponsive.js')).unresponsive(this.#config)
    return isOrchError(error) ? error : new OrchError('ORCH_SUPERVISOR', {why: messageOf(error), log: this.#paths.log}, {cause: error})
  }

  #requireSameState({headers}: IncomingMessage): void {
    const peer = decodeURIComponent(String(headers[HEADERS.state] ?? ''))
    if (sameFolder(peer, this.#config.dataDir)) return
    const why = `the socket ${this.#paths.socket} belongs to the state directory ${peer}`
    throw new OrchError('ORCH_SUPERVISOR', {why, log: this.#paths.log})
  }
}

/** It is there, and does not answer. */
class Unresponsive extends Error {}

function isTimeout(error: unknown): boolean {
  return ((error as Error).cause as Error | undefined)?.name === 'AbortError'
}

/** Loaded only where it decides something, as all that a plain question does not need (ADR 18). */
async function holdUp(method: string, params: Params) {
  const {callDigest, holdCall} = await import('../adapters/held-call.js')
  return holdCall(callDigest(method, params))
}

function isAgent(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['ORCH_AGENT'] || env['ORCH_RUN'])
}

/** The supervisor died between the request and the end of its answer, or on its way up; a torn answer is no JSON. */
function isConnectionLost(error: unknown): boolean {
  if (isOrchError(error)) return error.code === 'ORCH_SUPERVISOR'
  return error instanceof SyntaxError || (error as {code?: string}).code !== undefined
}

async function readAnswer(response: IncomingMessage): Promise<unknown> {
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response) text += chunk as string
  const answer = JSON.parse(text) as {data?: unknown; error?: ErrorBody}
  if (answer.error) throw remoteError(answer.error)
  return answer
}

function isFailure(item: object): item is {error: ErrorBody} {
  return 'error' in item && Object.keys(item).length === 1
}

function sameFolder(a: string, b: string): boolean {
  if (a === b) return true
  const [left, right] = [a, b].map((path) => statSync(path, {throwIfNoEntry: false}))
  return left !== undefined && right !== undefined && left.dev === right.dev && left.ino === right.ino
}
