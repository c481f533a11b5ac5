/** A part of the composition root: loads plugins for a try, beside the supervisor that runs, with no store and no socket. */
import {copyFile, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Plugin, type Config as OclifConfig} from '@oclif/core'
import {pluginDigest} from '@orch/plugin-kit/command'
import {agentCommands} from '../adapters/agent-programs.js'
import {candidatePlugin} from '../adapters/candidate-plugin.js'
import {LocalFiles} from '../adapters/local-files.js'
import {statePaths} from '../adapters/paths.js'
import {PluginFaults} from '../adapters/plugin-faults.js'
import {ExecaRunner} from '../adapters/process-runner.js'
import {RandomIds} from '../adapters/random-ids.js'
import {AjvValidator} from '../adapters/schema-validator.js'
import {SILENT_LOGGER} from '../adapters/silent-logger.js'
import {SystemClock} from '../adapters/system-clock.js'
import {composePlugins} from './plugins.js'
import {disabledByPerson} from '../domain/plugin-fault.js'
import {NOTHING, type Trial} from '../domain/plugin-trial.js'
import {triedPlugins} from '../services/plugins/tried-plugins.js'

/** What a person is about to decide on plugins. */
interface Suppose {
  /** Its faults are taken for forgotten. */
  readonly enabled?: string | undefined
  readonly disabled?: string | undefined
}

/**
 * Imports and registers every plugin as a supervisor does at its start. To be called in a process of its own: a plugin may end it, or hold it up.
 * @throws what a supervisor with these plugins would not start with: ORCH_REQUIRED_PLUGIN, ORCH_HOOK_OWNER, ORCH_CONFIG, …
 */
export async function tryPlugins(oclif: OclifConfig, env: NodeJS.ProcessEnv, {enabled, disabled}: Suppose): Promise<Trial> {
  const faults = new PluginFaults(oclif.dataDir, (known) => [
    ...known.filter(({plugin}) => plugin !== enabled),
    ...(disabled === undefined ? [] : [disabledByPerson(disabled, Date.now())]),
  ])
  return load(oclif, env, faults, null)
}

/**
 * The same with one more plugin; nothing it does is put on record.
 * @param folder of the plugin, absolute
 * @returns with the plugin alone in the list
 * @throws as above
 */
export async function tryCandidate(oclif: OclifConfig, env: NodeJS.ProcessEnv, folder: string): Promise<Trial> {
  const plugin = await candidatePlugin(folder)
  if (!(plugin instanceof Plugin))
    return {
      digest: pluginDigest(oclif.plugins.values()),
      at: Date.now(),
      plugins: [{...plugin, root: folder, adds: NOTHING, notes: []}],
      leftOut: [],
    }
  const {name} = plugin
  oclif.plugins.set(name, plugin)
  const records = await mkdtemp(join(tmpdir(), 'orch-check-'))
  try {
    // Without any on record there is nothing to copy.
    await copyFile(join(oclif.dataDir, 'plugin-faults.json'), join(records, 'plugin-faults.json')).catch(() => {})
    const trial = await load(oclif, env, new PluginFaults(records, (known) => known.filter(({plugin: each}) => each !== name)), name)
    return {...trial, plugins: trial.plugins.filter((each) => each.name === name)}
  } finally {
    await rm(records, {recursive: true, force: true})
  }
}

async function load(oclif: OclifConfig, env: NodeJS.ProcessEnv, faults: PluginFaults, candidate: string | null): Promise<Trial> {
  const paths = statePaths(oclif.dataDir, oclif.version, env)
  const clock = new SystemClock()
  const {
    loaded: {digest, leftOut, registrations, isOwn},
  } = await composePlugins({
    ...{oclif, env, paths, clock},
    programs: agentCommands(paths.bin, oclif.root),
    ids: new RandomIds(),
    logger: SILENT_LOGGER,
    processes: new ExecaRunner(),
    schemas: new AjvValidator(),
    files: new LocalFiles(),
    trial: {faults, candidate},
  })
  const plugins = triedPlugins({plugins: [...oclif.plugins.values()], isOwn, leftOut: leftOut.list(), registrations})
  return {digest, at: clock.now(), plugins, leftOut: leftOut.foundAtStart().map(({plugin, why}) => ({plugin, why}))}
}
