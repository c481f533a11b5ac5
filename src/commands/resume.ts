import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class Resume extends OrchCommand {
  static override description = 'Take up a project that was paused or blocked; agents that ended are started again.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name.', required: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(Resume)
    const project = await (await this.supervisor()).call<{id: string; state: string}>('project.resume', {project: args.project})
    this.answer(project, () => this.log(`The project ${project.id} is ${project.state}.`))
  }
}
