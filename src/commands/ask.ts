import {Args, Flags} from '@oclif/core'
import {EXIT} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {Approval} from '../domain/approval.js'
import {newId} from '../view/new-id.js'
import {parseDuration} from '../view/parse-duration.js'

export default class Ask extends OrchCommand {
  static override description =
    'Ask another agent, or a person, for a decision. It is on record until it is answered; without an answer in time the default counts, or the next in line is asked.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> project-manager "May I change the schema?" --timeout 15m --default deny',
    '<%= config.bin %> <%= command.id %> person "May I deploy?" --no-wait',
  ]
  static override args = {
    to: Args.string({description: 'Role, or person.', required: true}),
    question: Args.string({description: 'What is to be decided.', required: true}),
  }
  static override flags = {
    timeout: Flags.string({description: 'How long an approver has.', default: '15m'}),
    default: Flags.string({description: 'What counts when no answer comes in time: approve, deny, or words.', helpValue: 'ANSWER'}),
    wait: Flags.boolean({default: true, allowNo: true, description: 'Wait for the answer. It comes as a message in any case.'}),
    project: Flags.string({description: 'Which project, when there are several.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Ask)
    const request = {
      id: newId('q'),
      ...args,
      timeoutMs: parseDuration(flags.timeout, '--timeout'),
      wait: flags.wait,
      ...(flags.default === undefined ? {} : {fallback: flags.default}),
      ...(flags.project === undefined ? {} : {project: flags.project}),
    }
    const {id, state, answer} = await (await this.supervisor()).call<Approval>('approval.ask', request, {idempotent: true})
    this.answer({id, state, answer, answered: state !== 'pending' && state !== 'defaulted'}, () =>
      this.log(state === 'pending' ? `${id} is open; the answer will come as a message.` : (answer ?? state)),
    )
    process.exitCode = flags.wait ? exitOf(state, answer) : EXIT.ok
  }
}

function exitOf(state: Approval['state'], answer: string | null): number {
  if (state === 'pending') return EXIT.tryLater
  return state === 'denied' || (state === 'defaulted' && answer === 'deny') ? EXIT.failed : EXIT.ok
}
