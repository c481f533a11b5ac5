import {resolve} from 'node:path'
import {OrchError} from '@orch/plugin-kit'
import {statePaths} from '../adapters/paths.js'
import type {TriedPlugin} from '../domain/plugin-trial.js'
import {shellWord} from '../domain/shell-word.js'
import {tryCandidate} from '../rpc/try-plugins.js'

interface Host {
  readonly root: string
  readonly dataDir: string
  readonly version: string
}

/**
 * What orch would say to a plugin beside those that are installed.
 * @param folder of the plugin, as a person typed it
 * @throws what no supervisor would start with, whatever the plugin is: a broken configuration, for instance
 */
export async function checkPlugin({root, dataDir: data, version}: Host, folder: string): Promise<TriedPlugin> {
  return tryCandidate({root, data, env: process.env, paths: statePaths(data, version, process.env)}, resolve(folder))
}

/**
 * Refuses a folder that oclif must not link. It imports the commands of a plugin to list them: one that never finishes would hold up this
 * process, and after it every command.
 * @param folder of the plugin, as a person typed it
 * @throws ORCH_USAGE; what `checkPlugin` throws
 */
export async function requireHarmless(host: Host, folder: string): Promise<void> {
  const {why, isHarmful} = await checkPlugin(host, folder)
  if (!isHarmful) return
  const hint = `Mend it, then: orch plugin check ${shellWord(folder)}`
  throw new OrchError('ORCH_USAGE', {what: `${folder} is not linked: it ${why}.`, hint})
}
