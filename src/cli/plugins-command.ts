/** What orch adds to `orch plugins …`, which are oclif's own commands. */
import {existsSync} from 'node:fs'
import {resolve} from 'node:path'
import {run, type Config} from '@oclif/core'
import {EXIT, OrchError, messageOf} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import {unloadedPlugins} from '../adapters/installed-plugins.js'
import {statePaths} from '../adapters/paths.js'
import {connect} from '../rpc/client.js'
import {tryPlugins} from '../rpc/try-plugins.js'
import {requireHarmless} from '../view/check-plugin.js'
import {pluginLines} from '../view/plugin-report.js'
import {stopRunning} from '../view/stop-running.js'

/** What a plugin is after each of the commands that change plugins. */
const DONE: Readonly<Record<string, string>> = {
  ...{add: 'installed', install: 'installed', link: 'linked', update: 'updated'},
  ...{remove: 'removed', reset: 'removed', uninstall: 'removed', unlink: 'removed'},
}
/** Milliseconds a supervisor has for its answer. */
const ANSWER_MS = 5_000

/**
 * Runs one of them. After a change it says what was installed and what it adds, and has the supervisor take it up at once. After the list
 * `hooks/postrun` says which plugins are left out.
 * @param isHelp only the help is asked for
 */
export async function runPluginsCommand(argv: readonly string[], config: Config, isHelp: boolean): Promise<void> {
  const before = othersOf(config)
  const done = DONE[argv[1] ?? '']
  if (argv[1] === 'link' && !isHelp) await requireHarmless(config, argv.slice(2).find((word) => !word.startsWith('-')) ?? '.')
  await withoutVersion(() => run(withTarballs(argv), config)).catch((error: unknown) => {
    throw messageOf(error) === 'plugin is invalid' ? noPlugin() : error
  })
  // What oclif refused it has said itself.
  if (isHelp || process.exitCode || done === undefined) return
  const say = (text: string) => void (argv.includes('--json') ? process.stderr : process.stdout).write(`${text}\n`)
  await sayChange(config, {before, done, say})
}

interface Known {
  readonly name: string
  readonly version: string
  readonly root: string
}

interface Change {
  readonly before: readonly Known[]
  readonly done: string
  readonly say: (text: string) => void
}

/** oclif caches the plugins of this process; only a trial in a new process shows the present ones. */
async function sayChange({root, dataDir: data, version}: Config, {before, done, say}: Change): Promise<void> {
  const paths = statePaths(data, version, process.env)
  const {plugins, digest} = await tryPlugins({root, data, env: process.env, paths})
  const known = new Set(before.map(keyOf))
  const changed = plugins.filter((plugin) => !known.has(keyOf(plugin)))
  const removed = before.filter(({name}) => !plugins.some((plugin) => plugin.name === name))
  for (const plugin of removed) say(`${[plugin.name, plugin.version].join(' ').trim()} is removed.`)
  for (const line of changed.flatMap((plugin) => pluginLines(plugin, done))) say(line)
  if (changed.some(({why}) => why !== null)) process.exitCode = EXIT.failed
  const client = clientOf({root, dataDir: data, version}, digest)
  const isRunning = (await client.peek('system.hello', {}, {timeoutMs: ANSWER_MS}).catch(() => null)) !== null
  if (!isRunning) return say('No supervisor runs: the next command that needs one starts it with this.')
  if (changed.length + removed.length === 0) return say('For the supervisor nothing has changed. After a rebuild: orch daemon restart')
  // What oclif cannot load is not in the digest by which a supervisor sees that its plugins have changed.
  if ([...changed, ...removed].every((plugin) => plugin.root === '')) await stopRunning(client, {dataDir: data, version}, {isForNext: true})
  await client.call('system.hello')
  say('The supervisor has loaded the change.')
}

/** A tarball by its path: oclif takes `./a.tgz` for a repository of GitHub, and installs in another folder. */
function withTarballs(argv: readonly string[]): string[] {
  if (DONE[argv[1] ?? ''] !== 'installed') return [...argv]
  return argv.map((word) => {
    const path = word.replace(/^file:/, '')
    return /\.(?:tgz|tar\.gz)$/.test(path) && existsSync(path) ? `file:${resolve(path)}` : word
  })
}

function noPlugin(): OrchError {
  const what = 'It is not an orch plugin: its package.json has no key oclif.'
  return new OrchError('ORCH_USAGE', {what, hint: 'In its folder, orch plugin check says what a plugin lacks.'})
}

/** oclif says the version that it remembers, which is that of before an update. */
async function withoutVersion(work: () => Promise<unknown>): Promise<void> {
  const {stderr} = process
  const write = stderr.write.bind(stderr)
  stderr.write = (chunk: string | Uint8Array, ...rest: unknown[]) =>
    (write as (...all: unknown[]) => boolean)(typeof chunk === 'string' ? chunk.replace(/installed v\S+/, 'done') : chunk, ...rest)
  await work().finally(() => (stderr.write = write))
}

function clientOf({root, dataDir, version}: Pick<Config, 'root' | 'dataDir' | 'version'>, plugins: string): SupervisorClient {
  const warn = (why: string) => {
    throw new OrchError('ORCH_SUPERVISOR', {why, log: statePaths(dataDir, version, process.env).log})
  }
  return connect({root, dataDir, version, plugins, env: process.env, warn})
}

/** As a trial names them: what cannot be loaded has neither version nor folder. */
function othersOf(config: Config): Known[] {
  const loaded = [...config.plugins.values()].filter(({type}) => type !== 'core').map(({name, version, root}) => ({name, version, root}))
  return [...loaded, ...unloadedPlugins(config).map(({plugin}) => ({name: plugin, version: '', root: ''}))]
}

function keyOf({name, version, root}: Known): string {
  return [name, version, root].join('\n')
}
