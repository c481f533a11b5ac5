import type {Hook, Interfaces} from '@oclif/core'
import {isOrchError} from '@orch/plugin-kit'
import {endsCommand} from '../cli/ends-command.js'

/** Commands of oclif's own that change what the supervisor loads (docs/plugins.md). */
const CHANGES_PLUGINS = /^plugins:(?:add|install|link|remove|reset|uninstall|unlink|update)$/
const INSTALLS = /^plugins:(?:add|install|update)$/

/**
 * Before every command, of any plugin: no argument is read from standard input, which belongs to a script's loop or its own text. Installed
 * plugins find the kit beside them. Inside an agent, plugins are changed with a grant only; the commands for it never ask the supervisor themselves.
 */
const prerun: Hook.Prerun = async ({Command, config}) => {
  for (const arg of Object.values(Command.args ?? {})) arg.ignoreStdin = true
  if (process.env['ORCH_AGENT'] !== undefined && CHANGES_PLUGINS.test(Command.id)) await requireGrant(config)
  if (INSTALLS.test(Command.id)) (await import('../adapters/kit-folder.js')).declareKit(config.dataDir)
}

async function requireGrant({root, dataDir, version, plugins}: Interfaces.Config): Promise<void> {
  const [{connect}, {pluginDigest}] = await Promise.all([import('../rpc/client.js'), import('@orch/plugin-kit/command')])
  const client = connect({root, dataDir, version, plugins: pluginDigest(plugins.values()), env: process.env})
  await client.call('system.mayChangePlugins').catch((error: unknown) => {
    throw isOrchError(error) ? endsCommand(error) : error
  })
}

export default prerun
