import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Approval} from '../domain/approval.js'

export default class Deny extends OrchCommand {
  static override description =
    'Deny a request made with `orch ask`. The asker gets a message. For a person, only at a terminal outside of any agent.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> q_4k',
    '<%= config.bin %> <%= command.id %> q_4k --reason "after the release"',
  ]
  static override args = {id: Args.string({description: 'Id, or a prefix of it.', required: true})}
  static override flags = {reason: Flags.string({char: 'r', description: 'What the asker should know.', helpValue: 'TEXT'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Deny)
    const request = {id: args.id, verdict: 'denied', pid: process.pid, ...(flags.reason === undefined ? {} : {reason: flags.reason})}
    const approval = await (await this.supervisor()).call<Approval>('approval.answer', request, {idempotent: true})
    this.answer(approval, () => this.log(`${approval.id} is ${approval.state}; ${approval.asker} is told.`))
  }
}
