import type {Hook} from '@oclif/core'

/** oclif's own looks at plugins: it knows nothing of those that orch leaves out. */
const LOOKS = ['plugins', 'plugins:inspect']

/** After `orch plugins` succeeded: lists the plugins that orch leaves out. */
const postrun: Hook.Postrun = async ({Command, config}) => {
  if (LOOKS.includes(Command.id)) await (await import('../cli/left-out.js')).warnOfLeftOut(config)
}

export default postrun
