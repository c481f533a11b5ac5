import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class Stop extends OrchCommand {
  static override description = 'End a project: its agents are stopped; branches, worktrees and windows stay.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name.', required: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(Stop)
    const project = await (await this.supervisor()).call<{id: string; state: string}>('project.stop', {project: args.project})
    this.answer(project, () => this.log(`The project ${project.id} is ${project.state}.`))
  }
}
