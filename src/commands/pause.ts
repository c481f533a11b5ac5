import {Args} from '@oclif/core'
import {ProjectCommand} from '../view/project-command.js'
import {GUESSED, namedProject} from '../view/named-project.js'

export default class Pause extends ProjectCommand {
  static override description = 'Pause a project: orch starts, verifies and merges nothing new. Agents keep working.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {
    project: Args.string({description: GUESSED}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(Pause)
    const client = await this.supervisor()
    const named = await namedProject(client, args.project, this.here)
    const project = await client.call<{id: string; state: string}>('project.pause', {project: named})
    this.answer(project, () => this.log(`The project ${project.id} is ${project.state}.`))
  }
}
