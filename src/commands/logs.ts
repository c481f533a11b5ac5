import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'

export default class Logs extends OrchCommand {
  static override description = "Print what an agent showed: its pane's history, saved when it ended."
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f developer']
  static override args = {
    project: Args.string({description: 'Id, prefix of an id, or name.', required: true}),
    role: Args.string({description: 'Whose. Default: all.'}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(Logs)
    const client = await this.supervisor()
    const roles =
      args.role === undefined
        ? (await client.call<{role: string}[]>('agent.list', {project: args.project})).map(({role}) => role)
        : [args.role]
    const logs = await Promise.all(
      roles.map((role) =>
        client.call<{role: string; text: string; transcript: string | null}>('agent.logs', {project: args.project, role}),
      ),
    )
    this.answer(logs, () => this.log(logs.map(({role, text}) => (logs.length > 1 ? `==> ${role} <==\n${text}` : text)).join('\n\n')))
  }
}
