import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {isOrchError} from '@orch/plugin-kit'
import {connect} from '../../src/rpc/client.js'
import {ROOT, Sandbox} from './sandbox.js'
import type {Project} from '../../src/domain/model/project.js'
import type {Message} from '../../src/domain/model/message.js'
import type {Agent} from '../../src/domain/model/agent.js'

/** A team of rehearsal agents in real tmux that only talk: nobody ever claims anything. */
export class TalkTeam {
  readonly sandbox: Sandbox
  id = ''
  readonly #roles: readonly string[]
  readonly #kind: 'rehearsal' | 'claude'

  /** @param roles their keys @param script of a rehearsal agent; null: real agents @param env more of it, for the configuration of orch */
  constructor(roles: readonly string[], script: ((role: string) => string) | null, env: NodeJS.ProcessEnv = {}) {
    this.sandbox = new Sandbox({ORCH_CONFIG_MESSAGES__HUB: 'none', ...env})
    const role = (key: string) => `  ${key}: {title: ${key}, purpose: Talk., responsibilities: [Talk.], owes: report}\n`
    this.sandbox.write('config/teams/talkers.yaml', `kind: roles\nroles:\n${roles.map(role).join('')}`)
    for (const key of script ? [...roles, 'orchestrator'] : []) this.sandbox.write(`scripts/${key}.yaml`, script!(key))
    if (script) this.sandbox.env['ORCH_CONFIG_REHEARSAL__SCRIPTS'] = this.sandbox.path('scripts')
    this.#kind = script ? 'rehearsal' : 'claude'
    this.#roles = roles
  }

  /** Resolves when every agent is ready. @throws Error with the reason when the project is blocked */
  async start(): Promise<void> {
    const repository = this.sandbox.repository()
    const spec = this.sandbox.write('spec.md', '# Talk\n\n- [ ] Talk to each other\n')
    const {data, error, stderr} = await this.sandbox.json<{id: string}>([
      ...['run', spec, '--project', repository, '--agent', this.#kind, '--planner', 'outline', '--yes', '--detach'],
      ...['--trust-project', '--roles', this.#roles.join(',')],
    ])
    if (!data) throw new Error(`${JSON.stringify(error)} ${stderr}`)
    this.id = data.id
    await this.until(
      () => {
        const {state, reason, agents} = this.project()
        if (state === 'blocked') throw new Error(reason ?? state)
        return state === 'running' && agents.every((agent) => agent.state !== 'starting')
      },
      'the team',
      120_000,
    )
  }

  /** The record as it is on disk. */
  project(): Project {
    const path = (folder: string) => this.sandbox.path('data', 'state', folder, `${this.id}.json`)
    try {
      return JSON.parse(readFileSync(path('projects'), 'utf8')) as Project
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return JSON.parse(readFileSync(path('finished'), 'utf8')) as Project
    }
  }

  agent(role: string): Agent {
    return this.project().agents.find((agent) => agent.role === role)!
  }

  /** A call of an agent with the token of its present run, or of a person. A run that ended meanwhile is looked up again. */
  async call<R>(role: string | null, method: string, params: Readonly<Record<string, unknown>>): Promise<R> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#client(role).call<R>(method, params, {idempotent: true})
      } catch (error) {
        const again = isOrchError(error) && ['ORCH_UNAUTHORISED', 'ORCH_SUPERVISOR'].includes(error.code)
        if (!again || attempt === 100) throw error
        await sleep(200)
      }
    }
  }

  #client(role: string | null) {
    const {version} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {version: string}
    const agent = role === null ? null : this.agent(role)
    const own = agent ? {ORCH_AGENT: agent.id, ORCH_PROJECT: this.id, ORCH_TOKEN: agent.run?.token ?? ''} : {}
    return connect({root: ROOT, dataDir: this.sandbox.path('data'), version, env: {...this.sandbox.env, ...own}})
  }

  messages(): Promise<Message[]> {
    return this.call<Message[]>(null, 'message.list', {project: this.id})
  }

  /** A person's key in an agent's pane, without a client that shows it. */
  press(role: string, ...keys: string[]): void {
    this.sandbox.tmux('send-keys', '-t', this.agent(role).pane!, ...keys)
  }

  /** What a person types into an agent's pane, without a client that shows it. */
  type(role: string, text: string): void {
    this.sandbox.tmux('send-keys', '-t', this.agent(role).pane!, '-l', '--', text)
  }

  /** What a person pastes into an agent's pane, without a client that shows it. */
  paste(role: string, text: string): void {
    this.sandbox.tmux('set-buffer', '-b', 'pasted', '--', text)
    this.sandbox.tmux('paste-buffer', '-p', '-d', '-b', 'pasted', '-t', this.agent(role).pane!)
  }

  screen(role: string): string {
    return this.sandbox.tmux('capture-pane', '-p', '-t', this.agent(role).pane!)
  }

  /** What the agent's conversation holds, in order, without what only waited in its queue. */
  heard(role: string): string[] {
    const {transcript} = this.agent(role)
    const lines = transcript ? readFileSync(transcript.path, 'utf8').split('\n').filter(Boolean) : []
    return lines
      .map((line) => JSON.parse(line) as TranscriptLine)
      .filter(({isMeta, isCompactSummary}) => !isMeta && !isCompactSummary)
      .flatMap(({type, message, attachment}) => {
        if (type === 'user') return textOf(message?.content)
        return type === 'attachment' && attachment?.type === 'queued_command' ? textOf(attachment.prompt) : []
      })
  }

  /** Kills the supervisor without a word. @returns whether there was one */
  killSupervisor(): boolean {
    const data = `ORCH_DATA_DIR=${this.sandbox.path('data')}`
    const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isSupervisor(name, data))
    for (const pid of found) process.kill(Number(pid), 'SIGKILL')
    return found.length > 0
  }

  async until(holds: () => boolean | Promise<boolean>, what: string, timeoutMs = 30_000): Promise<void> {
    const deadline = performance.now() + timeoutMs
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`${what} did not come within ${timeoutMs} ms`)
      await sleep(100)
    }
  }
}

/** A line of a transcript, in Claude Code's shapes. */
interface TranscriptLine {
  readonly type: string
  readonly isMeta?: boolean
  readonly isCompactSummary?: boolean
  readonly message?: {readonly content: unknown}
  readonly attachment?: {readonly type: string; readonly prompt: unknown}
}

function textOf(content: unknown): string[] {
  if (typeof content === 'string') return [content]
  if (!Array.isArray(content)) return []
  const texts = (content as {type: string; text?: string}[]).flatMap(({type, text}) =>
    type === 'text' && text !== undefined ? [text] : [],
  )
  return texts.length > 0 ? [texts.join('\n')] : []
}

function isSupervisor(pid: string, data: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words.includes('daemon') && words.includes('run') && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(data)
  } catch {
    return false
  }
}
