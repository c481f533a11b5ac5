import type {Hook} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {endsCommand} from '../cli/ends-command.js'

/** What `orch plugins install` is about to fetch: a package by its name, or a repository or tarball by its address. */
interface Options {
  readonly config: Parameters<Hook.Init>[0]['config']
  readonly plugin: {readonly name?: string}
}

/** Refuses the names of plugins that come with orch before anything is fetched: a copy would take their place, and orch would not start with it. */
export default async function pluginsPreinstall({config, plugin: {name}}: Options): Promise<void> {
  const own = config.pjson.oclif.plugins ?? []
  if (name === undefined || !name.startsWith('@orch/') || !own.includes(name)) return
  throw endsCommand(
    new OrchError('ORCH_REFUSED', {
      what: `Installing ${name}`,
      why: 'it comes with orch, and nothing takes its place',
      remedy: 'A plugin of your own needs a name of its own: orch plugin create NAME',
    }),
  )
}
