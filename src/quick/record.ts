import {join} from 'node:path'
import type {Config} from '@oclif/core'
import {REQUIRED_PLUGIN, messageOf, type Logger} from '@orch/plugin-kit'
import {pluginDigest} from '@orch/plugin-kit/command'
import {recordLoaded} from '../adapters/loaded-files.js'

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
