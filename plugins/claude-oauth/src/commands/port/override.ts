import {Args, OrchCommand} from '@orch/plugin-kit/command'

export default class PortOverride extends OrchCommand {
  static override description =
    'Start a waiting agent without a free OAuth port, even past a lease whose supervisor has ended. Only for a person. The 30 s after a kill still count.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f:developer', '<%= config.bin %> <%= command.id %> a_3k9 --json']
  static override args = {agent: Args.string({required: true, description: 'Id or the beginning of it, role, or project:role.'})}

  async run(): Promise<void> {
    const {args} = await this.parse(PortOverride)
    const answer = await (
      await this.supervisor()
    ).call<{agent: string; role: string; port: number; leaseTaken: boolean}>('port.override', {...args})
    this.answer(answer, () =>
      this.log(`${answer.role} (${answer.agent}) no longer waits for a free port ${answer.port}; a floor after a kill it still waits out.`),
    )
  }
}
