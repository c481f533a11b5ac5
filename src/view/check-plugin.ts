import {resolve} from 'node:path'
import {statePaths} from '../adapters/paths.js'
import type {TriedPlugin} from '../domain/plugin-trial.js'
import {tryCandidate} from '../rpc/try-plugins.js'

/**
 * What orch would say to a plugin beside those that are installed.
 * @param folder of the plugin, as a person typed it
 * @throws what no supervisor would start with, whatever the plugin is: a broken configuration, for instance
 */
export async function checkPlugin(
  {root, dataDir: data, version}: {readonly root: string; readonly dataDir: string; readonly version: string},
  folder: string,
): Promise<TriedPlugin> {
  return tryCandidate({root, data, env: process.env, paths: statePaths(data, version, process.env)}, resolve(folder))
}
