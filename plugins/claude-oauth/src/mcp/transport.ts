import {expandVariables} from './expand.js'

/** How a server is reached, read from its entry. */
export type ServerTransport =
  | {readonly kind: 'stdio'; readonly command: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>>}
  | {readonly kind: 'http' | 'sse'; readonly url: URL; readonly headers: Readonly<Record<string, string>>}
  /** Claude Code may reach it, orch cannot ask it. */
  | {readonly kind: 'unasked'; readonly why: string}
  | {readonly kind: 'broken'; readonly why: string}

type Env = Readonly<Record<string, string>>

/** @param config an entry of `mcpServers` @param env the agent's environment */
export function transportOf(config: Readonly<Record<string, unknown>>, env: Env): ServerTransport {
  const {entry, missing} = expandVariables(config, env)
  const {type, command, args, url} = entry
  if (missing.length > 0) return {kind: 'broken', why: `needs ${missing.join(' and ')} in the environment`}
  if (type === undefined || type === 'stdio') {
    if (typeof command !== 'string' || command === '') return {kind: 'broken', why: 'has neither a command nor the type of a remote server'}
    return {kind: 'stdio', command, args: Array.isArray(args) ? args.map(String) : [], env: strings(entry['env'])}
  }
  if (type !== 'http' && type !== 'sse') return {kind: 'unasked', why: `is of the type ${JSON.stringify(type)}, which orch does not speak`}
  const address = typeof url === 'string' && URL.canParse(url) ? new URL(url) : null
  if (!address) return {kind: 'broken', why: 'has no usable url'}
  if (isProxied(address, env)) return {kind: 'unasked', why: 'is reached through a proxy, which orch does not use'}
  return {kind: type, url: address, headers: strings(entry['headers'])}
}

/** Node's fetch takes no proxy from the environment; an answer from past it would say nothing. */
function isProxied({protocol, hostname}: URL, env: Env): boolean {
  if (/^(?:localhost|127\.|\[::1\])/.test(hostname)) return false
  const names = protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']
  return [...names, 'ALL_PROXY', 'all_proxy'].some((name) => env[name])
}

function strings(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, String(inner)]))
}
