import {messageOf, type Clock, type McpProbe, type McpServer, type ProcessRunner} from '@orch/plugin-kit'
import {redacted} from './redacted.js'
import type * as Sdk from './sdk.js'
import type {Channel, Introduction} from './sdk.js'
import {StdioChannel, type StdioServer} from './stdio-channel.js'
import {transportOf, type ServerTransport} from './transport.js'

export interface ProbeParts {
  readonly processes: ProcessRunner
  readonly clock: Clock
  /** Told to servers. */
  readonly version: string
}

export interface ProbePlace {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Variables of the agent's own environment that a server inherits and may print. */
const SECRET_NAME = /TOKEN|SECRET|PASSW|(?:^|_)KEY$|CREDENTIAL/i
/** Lines of standard error that are shown. */
const OUTPUT_LINES = 12

/**
 * Asks one server `initialize` and `tools/list`, and ends it.
 * @throws the signal's reason
 */
export async function probeServer({name, config}: McpServer, parts: ProbeParts, place: ProbePlace): Promise<McpProbe> {
  const transport = transportOf(config, place.env)
  const nothing = {server: name, tools: [], output: ''}
  if (transport.kind === 'broken') return {...nothing, outcome: 'failed', why: transport.why}
  if (transport.kind === 'unasked') return {...nothing, outcome: 'unasked', why: transport.why}
  const sdk = await loadSdk()
  const program = transport.kind === 'stdio' ? new StdioChannel(parts, inPlace(transport, place)) : null
  const channel = transport.kind === 'stdio' ? program! : sdk.remoteChannel(transport.kind, transport.url, transport.headers)
  const clean = cleaner(transport, config, place.env)
  try {
    const {server, tools} = await introduced(sdk, channel, parts, place)
    const title = server ? `${server.name} ${server.version}`.trim() : 'a server without a name'
    return {...nothing, outcome: 'answers', why: `answers as ${clean(title)}`, tools}
  } catch (error) {
    place.signal.throwIfAborted()
    if ((error as {code?: unknown}).code === 401) return {...nothing, outcome: 'needs-sign-in', why: 'asks for a sign-in (401)'}
    return {...nothing, outcome: 'failed', why: clean(endOf(program) ?? messageOf(error)), output: clean(outputOf(program))}
  }
}

/** Every command loads this plugin, and next to none asks a server: the SDK costs 40 ms and 10 MB, so it comes with the first question. */
function loadSdk(): Promise<typeof Sdk> {
  return import('./sdk.js')
}

/** @throws within the time of the place, saying what was not answered */
async function introduced(
  {introduce}: typeof Sdk,
  channel: Channel,
  {clock, version}: ProbeParts,
  {timeoutMs, signal}: ProbePlace,
): Promise<Introduction> {
  const [late, over] = [new AbortController(), new AbortController()]
  let asked = 'initialize'
  const alarm = clock.sleep(timeoutMs, AbortSignal.any([over.signal, signal])).then(
    () => late.abort(new Error(`did not answer ${asked} within ${Math.round(timeoutMs / 1000)} s`)),
    () => undefined,
  )
  try {
    return await introduce(channel, version, {
      signal: AbortSignal.any([late.signal, signal]),
      onInitialized: () => (asked = 'tools/list'),
    })
  } finally {
    over.abort(new Error('over'))
    await alarm
  }
}

/** How a program ended by itself; null when it is no program, or orch ended it. */
function endOf(program: StdioChannel | null): string | null {
  const result = program?.endedEarly
  if (!result) return null
  if (result.notStarted) return 'cannot be started: its command was not found or may not be executed'
  return `ended ${result.exitCode === null ? `by ${result.signal ?? 'an unknown signal'}` : `with exit code ${result.exitCode}`} before it answered`
}

function outputOf(program: StdioChannel | null): string {
  const lines = (program?.result?.stderr ?? '').trimEnd().split('\n').slice(-OUTPUT_LINES).filter(Boolean)
  // A server that talks to a person on its standard output breaks the protocol, and this is how one sees it.
  return [...lines, ...(program?.stray ? [`on its standard output: ${program.stray}`] : [])].join('\n')
}

/** Takes secrets out of a text: the values of the entry's variables and headers, as written and as expanded, and what looks like one. */
function cleaner(
  transport: Extract<ServerTransport, {kind: 'stdio' | 'http' | 'sse'}>,
  config: McpServer['config'],
  env: ProbePlace['env'],
): (text: string) => string {
  const own = transport.kind === 'stdio' ? transport.env : transport.headers
  const values = [own, config['env'], config['headers']].flatMap((each) => Object.values(each ?? {}).map(String))
  const secretOnes = Object.entries(env).flatMap(([name, value]) => (SECRET_NAME.test(name) ? [value] : []))
  return (text) => redacted(text, [...values, ...secretOnes])
}

function inPlace({command, args, env}: Extract<ServerTransport, {kind: 'stdio'}>, place: ProbePlace): StdioServer {
  return {command, args, cwd: place.cwd, env: {...place.env, ...env}}
}
