import {createHash, randomUUID} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'

/** A sign-in as the authorization server saw it. */
export interface SignIn {
  readonly clientId: string
  /** Where the browser is sent back to. */
  readonly redirectUri: string
  readonly challenge: string
}

/**
 * A remote MCP server on loopback that wants a sign-in, and the authorization server it names: discovery, registration, authorization code with PKCE, token
 * (MCP specification 2025-06-18, "Authorization"). Whoever opens its authorization page is signed in at once.
 */
export class OauthMcpServer {
  /** The entry's `url`. */
  readonly url: string
  readonly signIns: SignIn[] = []
  /** Calls that came with a token, by method. */
  readonly calls: string[] = []
  readonly #base: string
  readonly #server: Server
  readonly #codes = new Map<string, SignIn>()
  readonly #tokens = new Set<string>()

  private constructor(server: Server) {
    this.#server = server
    this.#base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.url = `${this.#base}/mcp`
    server.on('request', (request, response) => {
      this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error))
    })
  }

  static async start(): Promise<OauthMcpServer> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new OauthMcpServer(server)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {pathname, searchParams} = new URL(request.url ?? '/', this.#base)
    if (pathname.startsWith('/.well-known/oauth-protected-resource'))
      return json(response, 200, {resource: this.url, authorization_servers: [this.#base]})
    if (pathname.startsWith('/.well-known/oauth-authorization-server')) return json(response, 200, this.#metadata())
    if (pathname === '/register') return json(response, 201, {...(JSON.parse(await text(request)) as object), client_id: randomUUID()})
    if (pathname === '/authorize') return this.#authorize(searchParams, response)
    if (pathname === '/token') return this.#token(new URLSearchParams(await text(request)), response)
    if (pathname === '/mcp') return this.#serve(request, response)
    json(response, 404, {})
  }

  #metadata(): object {
    const at = (path: string) => `${this.#base}${path}`
    return {
      issuer: this.#base,
      authorization_endpoint: at('/authorize'),
      token_endpoint: at('/token'),
      registration_endpoint: at('/register'),
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
    }
  }

  #authorize(asked: URLSearchParams, response: ServerResponse): void {
    const signIn = {clientId: asked.get('client_id')!, redirectUri: asked.get('redirect_uri')!, challenge: asked.get('code_challenge')!}
    this.signIns.push(signIn)
    const code = randomUUID()
    this.#codes.set(code, signIn)
    const back = new URL(signIn.redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', asked.get('state')!)
    response.writeHead(302, {location: back.href}).end()
  }

  #token(asked: URLSearchParams, response: ServerResponse): void {
    const signIn = this.#codes.get(asked.get('code') ?? '')
    const proof = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url')
    const isHis = signIn?.challenge === proof && signIn.redirectUri === asked.get('redirect_uri')
    if (!isHis) return json(response, 400, {error: 'invalid_grant'})
    this.#codes.delete(asked.get('code')!)
    const token = randomUUID()
    this.#tokens.add(token)
    json(response, 200, {access_token: token, token_type: 'Bearer', expires_in: 3600, refresh_token: randomUUID()})
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#tokens.has(request.headers.authorization?.replace(/^Bearer /, '') ?? '')) {
      const metadata = `${this.#base}/.well-known/oauth-protected-resource`
      return json(response, 401, {error: 'invalid_token'}, {'www-authenticate': `Bearer resource_metadata="${metadata}"`})
    }
    if (request.method !== 'POST') return json(response, 405, {})
    const {id, method, params} = JSON.parse(await text(request)) as {id?: number; method: string; params?: {protocolVersion?: string}}
    this.calls.push(method)
    if (id === undefined) return void response.writeHead(202).end()
    const results: Record<string, object> = {
      initialize: {protocolVersion: params?.protocolVersion, capabilities: {tools: {}}, serverInfo: {name: 'signed-in', version: '1'}},
      'tools/list': {tools: [{name: 'whoami', description: 'Says who.', inputSchema: {type: 'object'}}]},
      ping: {},
    }
    const result = results[method]
    json(response, 200, {jsonrpc: '2.0', id, ...(result ? {result} : {error: {code: -32601, message: 'Method not found'}})})
  }
}

function json(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, {'content-type': 'application/json', ...headers}).end(JSON.stringify(body))
}
