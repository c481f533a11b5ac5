import {Args, Flags} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Approval} from '../domain/model/request.js'

export const ANSWER_ARGS = {id: Args.string({description: 'Id, or a prefix of it.', required: true})}
export const ANSWER_FLAGS = {reason: Flags.string({char: 'r', description: 'What the asker should know.', helpValue: 'TEXT'})}

/** What `approve`, `deny` and `answer` have in common: all but the word. */
export abstract class AnswerCommand extends OrchCommand {
  static override examples = [
    '<%= config.bin %> <%= command.id %> q_4k',
    '<%= config.bin %> <%= command.id %> q_4k --reason "after the release"',
  ]

  protected async settle(verdict: 'approved' | 'denied' | 'answered', id: string, reason: string | undefined): Promise<void> {
    const request = {id, verdict, ...(reason === undefined ? {} : {reason})}
    const approval = await (await this.supervisor()).call<Approval>('approval.answer', request, {idempotent: true})
    this.answer(approval, () => this.log(`${approval.id} is ${approval.state}; ${approval.asker} gets a message.`))
  }
}
