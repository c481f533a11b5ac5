import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {once} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'
import {text, type ModelAnswer} from './answers.js'
import {asEvents, asMessage} from './message-format.js'
import {recordRequest, type RecordedRequest} from './requests.js'

/** Says what the model does. The first rule that fits answers. */
export interface ModelRule {
  /** Looked for in what the person said last; a rule without it fits always. */
  readonly match?: string | RegExp
  /** Fits only requests that offer this tool: the agent's own turns, not its side questions (titles and the like). */
  readonly withTool?: string
  /** Fits only requests with this key or token. */
  readonly credential?: string
  /** How often it may answer; without it, always. */
  readonly times?: number
  /** Several: one after the other, the last one again and again. */
  readonly answer: ModelAnswer | readonly ModelAnswer[]
}

interface Waiter {
  readonly wanted: (request: RecordedRequest) => boolean
  readonly found: (request: RecordedRequest) => void
}

/** A model behind the Messages API on loopback that does what a script says, so that a real Claude Code can be tested without a network. */
export class ModelServer {
  /** For ANTHROPIC_BASE_URL. */
  readonly url: string
  readonly requests: RecordedRequest[] = []
  readonly #server: Server
  readonly #rules: {rule: ModelRule; used: number}[] = []
  #waiters: Waiter[] = []

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => {
      this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error))
    })
  }

  /** @param rules the script; without a fitting rule the model says `ok` */
  static async start(rules: readonly ModelRule[] = []): Promise<ModelServer> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const model = new ModelServer(server)
    for (const rule of rules) model.add(rule)
    return model
  }

  /** Adds a rule that goes before those that are there. */
  add(rule: ModelRule): void {
    this.#rules.unshift({rule, used: 0})
  }

  /** @returns the first request, past or to come, that fits. @throws Error after `timeoutMs`, with what came instead */
  async waitFor(wanted: (request: RecordedRequest) => boolean, timeoutMs: number): Promise<RecordedRequest> {
    const past = this.requests.find(wanted)
    if (past) return past
    let late: NodeJS.Timeout | undefined
    try {
      return await new Promise((found, reject) => {
        this.#waiters.push({wanted, found})
        late = setTimeout(() => {
          const came = this.requests.map(({lastUserText}) => JSON.stringify(lastUserText.slice(-200))).join('\n')
          reject(new Error(`no such request within ${timeoutMs} ms; these came:\n${came || '(none)'}`))
        }, timeoutMs)
      })
    } finally {
      clearTimeout(late)
    }
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname
    const body = await readJson(request)
    if (request.method !== 'POST' || !path.startsWith('/v1/messages')) return sendJson(response, 404, errorBody('not_found_error', path))
    if (path === '/v1/messages/count_tokens') return sendJson(response, 200, {input_tokens: 10})
    const recorded = recordRequest(path, body, credentialIn(request))
    this.#record(recorded)
    const answer = this.#answerTo(recorded)
    if (answer.kind === 'error') return sendJson(response, answer.status, errorBody(answer.type, answer.message), answer.headers)
    if (answer.until) await answer.until
    if (answer.delayMs) await sleep(answer.delayMs)
    const id = String(this.requests.length)
    const events = asEvents(answer, id, recorded.model)
    if (answer.kind === 'disconnect') {
      response.writeHead(200, {'content-type': 'text/event-stream', ...answer.headers})
      response.write(events, () => response.destroy())
      return
    }
    if (!recorded.stream) return sendJson(response, 200, asMessage(answer, id, recorded.model), answer.headers)
    response.writeHead(200, {'content-type': 'text/event-stream', ...answer.headers})
    response.end(events)
  }

  #record(recorded: RecordedRequest): void {
    this.requests.push(recorded)
    const fitting = this.#waiters.filter(({wanted}) => wanted(recorded))
    this.#waiters = this.#waiters.filter((waiter) => !fitting.includes(waiter))
    for (const {found} of fitting) found(recorded)
  }

  #answerTo({lastUserText, tools, credential}: RecordedRequest): ModelAnswer {
    const fitting = this.#rules.find(({rule, used}) => {
      const said =
        rule.match === undefined || (typeof rule.match === 'string' ? lastUserText.includes(rule.match) : rule.match.test(lastUserText))
      const asked = rule.withTool === undefined || tools.includes(rule.withTool)
      return said && asked && (rule.credential === undefined || rule.credential === credential) && used < (rule.times ?? Infinity)
    })
    if (!fitting) return text('ok')
    const {answer} = fitting.rule
    const answers: readonly ModelAnswer[] = 'kind' in answer ? [answer] : answer
    return answers[Math.min(fitting.used++, answers.length - 1)]!
  }
}

function credentialIn({headers}: IncomingMessage): string {
  return headers.authorization?.replace(/^Bearer /, '') ?? String(headers['x-api-key'] ?? '')
}

async function readJson(request: IncomingMessage): Promise<object> {
  let whole = ''
  request.setEncoding('utf8')
  for await (const part of request) whole += part as string
  return whole ? (JSON.parse(whole) as object) : {}
}

function errorBody(type: string, message: string): object {
  return {type: 'error', error: {type, message}}
}

function sendJson(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, {'content-type': 'application/json', ...headers})
  response.end(JSON.stringify(body))
}
