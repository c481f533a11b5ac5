import {join} from 'node:path'
import type {Config} from '@oclif/core'
import {REQUIRED_PLUGIN, messageOf, type Logger, type TeamCatalog} from '@orch/plugin-kit'
import {pluginDigest} from '@orch/plugin-kit/command'
import {recordLoaded} from '../adapters/loaded-files.js'
import {recordNames} from '../completion/known-names.js'

/**
 * Writes down what this supervisor was loaded from; the required plugin was found in order before.
 * Without the record, on a full disk for instance, commands look for themselves.
 */
export async function recordQuick(
  {root, version, dataDir, plugins}: Pick<Config, 'root' | 'version' | 'dataDir' | 'plugins'>,
  logger: Logger,
): Promise<void> {
  const required = plugins.get(REQUIRED_PLUGIN)
  // The last is where oclif writes what a person installs or links.
  const packages = [root, ...[...plugins.values()].map((plugin) => plugin.root), dataDir].map((folder) => join(folder, 'package.json'))
  try {
    await recordLoaded(
      dataDir,
      {root, version, plugins: pluginDigest(plugins.values())},
      {paths: packages, folders: required ? [join(required.root, 'dist')] : []},
    )
  } catch (error) {
    logger.warn('what was loaded cannot be written down', {why: messageOf(error)})
  }
}

interface Named {
  readonly drivers: ReadonlyMap<string, unknown>
  readonly planners: ReadonlyMap<string, unknown>
  readonly catalog: (projectFolder: string | null) => Promise<TeamCatalog>
}

/** Writes down what completion offers for `--agent`, `--planner`, `--team` and `--roles`. Without it, it offers less. */
export async function recordKnownNames({drivers, planners, catalog}: Named, dataDir: string, logger: Logger): Promise<void> {
  try {
    const templates = await catalog(null)
    const teams = templates.list().map(({name}) => name)
    await recordNames(dataDir, {kinds: [...drivers.keys()], planners: [...planners.keys()], teams, roles: templates.roleKeys()})
  } catch (error) {
    logger.warn('the names for completion cannot be written down', {why: messageOf(error)})
  }
}
