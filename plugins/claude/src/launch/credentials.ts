import {createHash} from 'node:crypto'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {OrchError, hasCode, messageOf, type AgentAccount} from '@orch/plugin-kit'
import {readBoundedText} from '@orch/plugin-kit/files'
import type {ClaudeSettings} from '../settings.js'

type Env = Readonly<Record<string, string>>
type Settings = Pick<ClaudeSettings, 'tokenFile' | 'apiKeyHelper'>
type AccountSettings = Settings & Pick<ClaudeSettings, 'env'>

/** What Claude Code takes for a credential, in its own order (its documentation, "Authentication"). */
const KEYS = ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY']
const TOKEN = 'CLAUDE_CODE_OAUTH_TOKEN'
/** Variables that hold a credential, the strongest first. */
export const CREDENTIALS = [...KEYS, TOKEN]
const TOKEN_REMEDY = 'claude.tokenFile names a file that holds what `claude setup-token` printed.'

/**
 * The environment with the token of `claude.tokenFile`, a token of `claude setup-token`: it needs no refresh, so agents cannot log each other out.
 * It goes by the environment, never by an argument or a log.
 * @throws ORCH_STATE when the file cannot be read or holds nothing
 */
export async function withToken(env: Env, {tokenFile}: Settings): Promise<Env> {
  if (tokenFile === null) return env
  const {token, why} = await tokenIn(tokenFile)
  if (token === null) throw new OrchError('ORCH_STATE', {path: tokenFile, why, remedy: TOKEN_REMEDY})
  // A key in the environment would be used, and billed, in its place.
  const without = Object.entries(env).filter(([name]) => !KEYS.includes(name))
  return {...Object.fromEntries(without), [TOKEN]: token}
}

/** @returns why the token of `claude.tokenFile` cannot be used, with what to do; null when it can, and without one */
export async function tokenProblem({tokenFile}: Pick<Settings, 'tokenFile'>): Promise<string | null> {
  const {why} = tokenFile === null ? {why: null} : await tokenIn(tokenFile)
  return why === null ? null : `${tokenFile} cannot be used: ${why}. ${TOKEN_REMEDY}`
}

/** Whose plan and login an agent uses. Digests only: no part tells a secret. @param env as the project keeps it */
export async function accountOf(env: Env, {tokenFile, apiKeyHelper, env: configured}: AccountSettings): Promise<AgentAccount> {
  if (tokenFile !== null) {
    const renew = `write a new token of \`claude setup-token\` into ${tokenFile}, and the agents are started again with it`
    return {id: named(tokenFile), login: digest((await read(tokenFile).catch(() => null)) ?? ''), renew, countsAtStart: true}
  }
  const all = {...env, ...configured}
  const key = CREDENTIALS.find((name) => all[name])
  if (key) return {id: named(`${key}=${all[key]}`), login: null, renew: renewalOf(key, configured[key] !== undefined), countsAtStart: true}
  if (apiKeyHelper !== null) {
    return {id: named(apiKeyHelper), login: null, renew: 'let claude.apiKeyHelper print a key that is valid, then run `orch resume`'}
  }
  const folder = env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? homedir(), '.claude')
  return {id: named(folder), login: await loginIn(folder), renew: 'log in with `claude auth login`, and the agents continue'}
}

/** A credential of the environment goes before a login, so that a new login would change nothing. */
function renewalOf(name: string, isConfigured: boolean): string {
  if (isConfigured) return `change ${name} in claude.env, which counts for projects that are started after it`
  const how = name === TOKEN ? 'a new token of `claude setup-token`' : 'a valid key'
  return `set ${name} to ${how} in your shell, then run \`orch resume\` there: the agents are started again with it`
}

/** A login writes another token; on macOS it stands in the keychain, and nothing can be seen. */
async function loginIn(folder: string): Promise<string | null> {
  try {
    const text = await read(join(folder, '.credentials.json'))
    if (text !== null) return digest(text)
  } catch {
    // As good as none.
  }
  return process.platform === 'linux' ? 'none' : null
}

async function tokenIn(path: string): Promise<{token: string; why: null} | {token: null; why: string}> {
  try {
    const text = await read(path)
    if (text === null) return {token: null, why: 'there is no such file'}
    return text.trim() === '' ? {token: null, why: 'it is empty'} : {token: text.trim(), why: null}
  } catch (error) {
    return {token: null, why: hasCode(error, 'ORCH_FILE') ? error.details.why : messageOf(error)}
  }
}

/** A token or a login, 1 MB at most. */
function read(path: string): Promise<string | null> {
  return readBoundedText(path, {maxBytes: 1024 * 1024})
}

function named(what: string): string {
  return `claude-${digest(what)}`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
