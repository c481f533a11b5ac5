import type {AgentDetection, ProcessRunner} from '@orch/plugin-kit'
import {tokenProblem} from '../launch/credentials.js'
import type {ClaudeSettings} from '../settings.js'
import {isAtLeast, OLDEST_VERSION, parseVersion, versionText, type Version} from './version.js'

type Env = Readonly<Record<string, string>>
type Settings = Pick<ClaudeSettings, 'binary' | 'env' | 'tokenFile' | 'apiKeyHelper'>

/** A cold start of the 380 MB binary on a slow disk takes seconds. */
const VERSION_TIMEOUT_MS = 15_000
/** `auth status` waits for the lock on ~/.claude.json; one left behind by a Claude that was killed is broken after 10 s (measured on 2.1.330). */
const AUTH_TIMEOUT_MS = 25_000

/** With one of these in the environment Claude Code needs no login (its documentation, "Environment variables"). */
const CREDENTIALS = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
]

const INSTALL = 'install it with `npm install -g @anthropic-ai/claude-code`, or name it with claude.binary'

const NO_LOGIN = 'Claude Code is not logged in: run `claude auth login`, or name a credential with claude.tokenFile or claude.apiKeyHelper'

/** Finds out what is installed and whether somebody is logged in, without spending a token. */
export class ClaudeDetector {
  readonly #processes: ProcessRunner

  constructor(processes: ProcessRunner) {
    this.#processes = processes
  }

  /**
   * @param settings what a start would use: its credentials count beside those of the environment and the login
   * @param env environment of its starter
   */
  async detect(settings: Settings, env: Env): Promise<AgentDetection> {
    const {version, problem} = await this.version(settings.binary, env)
    if (!version) return {installed: false, version: null, loggedIn: null, problem}
    const found = {installed: true, version: versionText(version)}
    if (!isAtLeast(version, OLDEST_VERSION)) {
      const needed = `Claude Code ${found.version} is too old: ${versionText(OLDEST_VERSION)} or newer is needed; update it with \`claude update\``
      return {...found, loggedIn: null, problem: needed}
    }
    if (settings.tokenFile !== null) {
      const unusable = await tokenProblem(settings)
      return {...found, loggedIn: unusable === null, problem: unusable}
    }
    const loggedIn = settings.apiKeyHelper !== null || (await this.#loggedIn(settings.binary, {...env, ...settings.env}))
    return {...found, loggedIn, problem: loggedIn === false ? NO_LOGIN : null}
  }

  /** @returns the version, or why there is none */
  async version(binary: string, env: Env): Promise<{version: Version | null; problem: string | null}> {
    const result = await this.#processes.run(binary, ['--version'], {env, timeoutMs: VERSION_TIMEOUT_MS})
    if (result.notStarted) return {version: null, problem: `${binary} was not found: ${INSTALL}`}
    const version = parseVersion(result.stdout)
    if (version) return {version, problem: null}
    const said = result.timedOut ? `no answer within ${VERSION_TIMEOUT_MS / 1000} s` : (result.stderr || result.stdout).trim().slice(0, 300)
    return {version: null, problem: `${binary} --version failed: ${said}`}
  }

  /** @returns null when Claude Code does not say */
  async #loggedIn(binary: string, env: Env): Promise<boolean | null> {
    if (CREDENTIALS.some((name) => env[name])) return true
    const {stdout} = await this.#processes.run(binary, ['auth', 'status'], {env, timeoutMs: AUTH_TIMEOUT_MS})
    try {
      const {loggedIn} = JSON.parse(stdout) as {loggedIn?: unknown}
      return typeof loggedIn === 'boolean' ? loggedIn : null
    } catch {
      return null
    }
  }
}
