import type {Hook} from '@oclif/core'

/** oclif's own looks at plugins: it knows nothing of those that orch leaves out. */
const LOOKS = ['plugins', 'plugins:inspect']

/** After a command that succeeded: below oclif's list of plugins stand those that orch does without. */
const postrun: Hook.Postrun = async ({Command, config}) => {
  if (LOOKS.includes(Command.id)) await (await import('../cli/left-out.js')).warnOfLeftOut(config)
}

export default postrun
