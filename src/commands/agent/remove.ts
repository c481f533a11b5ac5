import {Flags} from '@oclif/core'
import type {AgentStatus} from '../../services/status/status.js'
import {AGENT_ARGS, ProjectCommand} from '../../view/project-command.js'
import {namedAgent} from '../../view/named-project.js'

export default class AgentRemove extends ProjectCommand {
  static override description = `Remove a role from a team for good: its agent stops, owes nothing, and nothing waits for it.
Its branch and worktree stay. A role with commits or files that no result holds is removed only with --leave-work. Messages to it are closed, its questions are withdrawn, and those put to it go to the orchestrator or to you. To bring it back: orch agent add.`
  static override examples = ['<%= config.bin %> <%= command.id %> tester', '<%= config.bin %> <%= command.id %> p_7f tester --leave-work']
  static override usage = 'agent remove [PROJECT] ROLE [--leave-work]'
  static override args = AGENT_ARGS
  static override flags = {
    'leave-work': Flags.boolean({description: 'Keep what it made out of the result; it stays on its branch and in its worktree.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(AgentRemove)
    const client = await this.supervisor()
    const target = await namedAgent(client, args, this.here)
    const agent = await client.call<AgentStatus>('agent.remove', {...target, leaveWork: flags['leave-work']})
    this.answer(agent, () =>
      this.log(`${agent.role} has left the team. Its branch ${agent.branch} and its worktree ${agent.worktree} stay.`),
    )
  }
}
