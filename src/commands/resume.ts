import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Standing} from '../services/standing.js'
import {standingLines} from '../view/standing-view.js'

export default class Resume extends OrchCommand {
  static override description =
    'Take up a project that was paused, blocked or left alone: its record is compared with the facts, and agents that ended are started again, each in its conversation.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> p_7f',
    '<%= config.bin %> <%= command.id %> p_7f --status-only',
    '<%= config.bin %> <%= command.id %> p_7f --restart-dead --rebrief-all',
  ]
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name.', required: true})}
  static override flags = {
    'status-only': Flags.boolean({default: false, description: 'Only look; change nothing.', exclusive: ['restart-dead', 'rebrief-all']}),
    'restart-dead': Flags.boolean({
      default: false,
      description: 'Start agents again that ended. The default, unless --rebrief-all stands alone.',
    }),
    'rebrief-all': Flags.boolean({default: false, description: 'Tell every agent that runs again who it is.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Resume)
    const client = await this.supervisor()
    if (flags['status-only']) {
      const standing = await client.call<Standing>('project.standing', args)
      return this.answer(standing, () => this.log(standingLines(standing, Date.now()).join('\n')))
    }
    const how = {restartDead: flags['restart-dead'] || !flags['rebrief-all'], rebriefAll: flags['rebrief-all']}
    const project = await client.call<{id: string; state: string}>('project.resume', {...args, ...how})
    this.answer(project, () =>
      this.log(`The project ${project.id} is ${project.state}. Look: orch attach ${project.id} · orch status ${project.id}`),
    )
  }
}
