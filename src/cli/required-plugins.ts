import {realpath} from 'node:fs/promises'
import {join, sep} from 'node:path'
import {pathToFileURL} from 'node:url'
import type {Config, Interfaces} from '@oclif/core'
import {OWNED_EVENTS, OrchError, REQUIRED_PLUGIN, messageOf} from '@orch/plugin-kit'

const HOOKS = ['register', ...OWNED_EVENTS]

/**
 * Looks at the plugin that owns the timing contract before any command runs: a hook that throws would not stop oclif.
 * It guards against accident, not against someone who can edit the installed files.
 * @throws ORCH_REQUIRED_PLUGIN with what is wrong and the command that repairs it
 */
export async function requirePlugins(config: Config): Promise<void> {
  const plugin = config.plugins.get(REQUIRED_PLUGIN)
  const reinstall = `Install orch again: npm install -g ${config.name}@${config.version}`
  if (!plugin) throw refusal('is missing', reinstall)
  if (plugin.type !== 'core')
    throw refusal(`is replaced by a ${plugin.type} plugin at ${plugin.root}`, `orch plugins uninstall ${REQUIRED_PLUGIN}`)
  if (!(await isInside(plugin.root, config.root))) throw refusal(`comes from elsewhere: ${plugin.root}`, reinstall)
  if (plugin.version !== config.version) throw refusal(`is of version ${plugin.version}, and this orch of ${config.version}`, reinstall)
  const missing = HOOKS.find((event) => !plugin.hooks[event]?.length)
  if (missing) throw refusal(`does not declare the hook ${missing}`, reinstall)
  await Promise.all(HOOKS.map((event) => requireImport(plugin, event, reinstall)))
}

async function requireImport(plugin: Interfaces.Plugin, event: string, remedy: string): Promise<void> {
  for (const hook of plugin.hooks[event] ?? []) {
    const target = typeof hook === 'string' ? hook : hook.target
    const handler = await import(pathToFileURL(join(plugin.root, target)).href).then(
      (module: {default?: unknown}) => module.default,
      (error: unknown) => {
        throw refusal(`is broken: ${event} cannot be imported (${messageOf(error).split('\n')[0]})`, remedy)
      },
    )
    if (typeof handler !== 'function') throw refusal(`is broken: ${target} exports no handler`, remedy)
  }
}

async function isInside(folder: string, root: string): Promise<boolean> {
  const [inner, outer] = await Promise.all([folder, root].map((path) => realpath(path).catch(() => path)))
  return `${inner}${sep}`.startsWith(`${outer}${sep}`)
}

function refusal(why: string, remedy: string): OrchError {
  return new OrchError('ORCH_REQUIRED_PLUGIN', {plugin: REQUIRED_PLUGIN, why, remedy})
}
