import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class Pause extends OrchCommand {
  static override description = 'Set a project aside: nothing new is started, verified or merged. Agents go on with what they do.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name.', required: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(Pause)
    const project = await (await this.supervisor()).call<{id: string; state: string}>('project.pause', {project: args.project})
    this.answer(project, () => this.log(`The project ${project.id} is ${project.state}.`))
  }
}
