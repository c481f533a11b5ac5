import {Args, Flags} from '@oclif/core'
import {EXIT, OrchError, parseDuration} from '@orch/plugin-kit'
import {OrchCommand} from '@orch/plugin-kit/command'
import {newId} from '../view/new-id.js'
import type {Approval} from '../domain/model/request.js'

export default class Ask extends OrchCommand {
  static override summary = 'Ask another agent or a person for a decision. The request stays on record until it is answered.'
  static override description =
    'Without an answer in time, the default counts, or orch asks the next in line. Use --for for an action that the team template lists under authorizations: the template names who decides, by when, and the default.'
  static override usage = ['ask TO QUESTION [--timeout TIME] [--default ANSWER]', 'ask --for ACTION QUESTION']
  static override examples = [
    '<%= config.bin %> <%= command.id %> project-manager "May I change the schema?" --timeout 15m --default deny',
    '<%= config.bin %> <%= command.id %> person "May I deploy?" --no-wait',
    '<%= config.bin %> <%= command.id %> --for "deploy to production" "Version 1.2, tested on staging"',
  ]
  static override args = {
    to: Args.string({description: 'Role, or person; left out with --for.', required: true}),
    question: Args.string({description: 'What is to be decided.'}),
  }
  static override flags = {
    for: Flags.string({description: 'An action the team template lists.', helpValue: 'ACTION'}),
    timeout: Flags.string({description: 'How long an approver has; 15m unless said.', helpValue: 'TIME'}),
    default: Flags.string({description: 'What counts when no answer comes in time: approve, deny, or words.', helpValue: 'ANSWER'}),
    wait: Flags.boolean({default: true, allowNo: true, description: 'Wait for the answer. It comes as a message in any case.'}),
    project: Flags.string({description: 'Which project, when there are several.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Ask)
    const request = {
      id: newId('q'),
      ...wordsOf(args, flags.for),
      wait: flags.wait,
      ...(flags.timeout === undefined ? {} : {timeoutMs: parseDuration(flags.timeout, '--timeout')}),
      ...(flags.default === undefined ? {} : {fallback: flags.default}),
      ...(flags.project === undefined ? {} : {project: flags.project}),
    }
    const {id, state, answer} = await (
      await this.supervisor()
    ).call<Approval>('approval.ask', request, {
      idempotent: true,
      patient: flags.wait,
    })
    this.answer({id, state, answer, answered: state !== 'pending' && state !== 'defaulted'}, () =>
      this.log(state === 'pending' ? `${id} is open; the answer will come as a message.` : (answer ?? state)),
    )
    process.exitCode = flags.wait ? exitOf(state, answer) : EXIT.ok
  }
}

/** With --for the one word is the question. */
function wordsOf({to, question}: {to: string; question?: string | undefined}, action: string | undefined): object {
  if (action !== undefined) return question === undefined ? {action, question: to} : {action, to, question}
  if (question !== undefined) return {to, question}
  throw new OrchError('ORCH_USAGE', {
    what: 'The question is missing.',
    hint: 'orch ask ROLE "question", or orch ask --for ACTION "question"',
  })
}

function exitOf(state: Approval['state'], answer: string | null): number {
  if (state === 'pending') return EXIT.tryLater
  return state === 'denied' || (state === 'defaulted' && answer === 'deny') ? EXIT.failed : EXIT.ok
}
