import {Args} from '@oclif/core'
import {OrchError} from '@orch/plugin-kit'
import {ANSWER_ARGS, AnswerCommand} from '../view/answer-command.js'
import {askLine} from '../view/ask-line.js'
import type {Approval} from '../domain/model/request.js'

/** Words that are a verdict when they are the whole answer. */
const VERDICTS: Readonly<Record<string, 'approved' | 'denied'>> = {
  y: 'approved',
  yes: 'approved',
  approve: 'approved',
  n: 'denied',
  no: 'denied',
  deny: 'denied',
}

export default class Answer extends AnswerCommand {
  static override description = `Answer an agent's question (\`orch ask\`) with yes, no, or in words.

The asker gets the answer as a message. Without text the question is shown and the answer read from the terminal. What waits for you: orch status.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> q_4k "node:test, it needs no dependency"',
    '<%= config.bin %> <%= command.id %> q_4k yes',
    '<%= config.bin %> <%= command.id %> q_4k',
  ]
  static override args = {...ANSWER_ARGS, text: Args.string({description: 'yes, no, or words; further words are joined.'})}
  static override strict = false

  async run(): Promise<void> {
    const {args, argv} = await this.parse(Answer)
    const given = argv.slice(1).join(' ')
    const text = (given === '' ? await this.#ask(args.id) : given).trim()
    const verdict = VERDICTS[text.toLowerCase()]
    await this.settle(verdict ?? 'answered', args.id, verdict ? undefined : text)
  }

  async #ask(id: string): Promise<string> {
    const missing = {what: 'The answer is missing.', hint: `orch answer ${id} "text"`}
    if (!process.stdin.isTTY || this.wantsJson) throw new OrchError('ORCH_USAGE', missing)
    const {asker, question} = await (await this.supervisor()).call<Approval>('approval.show', {id}, {idempotent: true})
    const text = await askLine(`${asker} asks: ${question}\nYour answer (yes, no, or words): `)
    if (!text?.trim()) throw new OrchError('ORCH_USAGE', missing)
    return text
  }
}
