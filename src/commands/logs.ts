import {Args, Flags} from '@oclif/core'
import {EXIT} from '@orch/plugin-kit'
import type {Over} from '../rpc/end-of-stream.js'
import type {LogPart, LogPlace} from '../services/status/agent-log.js'
import type {Outcome} from '../services/status/outcome.js'
import {ProjectCommand} from '../view/project-command.js'
import {GUESSED, namedPlace} from '../view/named-project.js'
import {outlast} from '../view/resumable-stream.js'
import {untilInterrupted} from '../view/until-interrupted.js'

export default class Logs extends ProjectCommand {
  static override description = 'Print the output of an agent: the history of its pane, also after it ended.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> developer',
    '<%= config.bin %> <%= command.id %> p_7f developer',
    '<%= config.bin %> <%= command.id %> p_7f --follow',
    '<%= config.bin %> <%= command.id %> p_7f tester -f --json',
  ]
  static override args = {
    project: Args.string({description: GUESSED}),
    role: Args.string({description: 'Whose. Default: all.'}),
  }
  static override flags = {
    follow: Flags.boolean({
      default: false,
      char: 'f',
      description:
        'Go on with what is shown, until the project is over; the supervisor may come and go meanwhile. Ctrl-C ends it with exit code 130. With --json one object a piece.',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Logs)
    const client = await this.supervisor()
    const place = await namedPlace(client, args, this.here)
    if (flags.follow) return this.#follow(place)
    const named = {project: place.project}
    const roles = place.role === undefined ? (await client.call<{role: string}[]>('agent.list', named)).map(({role}) => role) : [place.role]
    const logs = await Promise.all(
      roles.map((role) => client.call<{role: string; text: string; transcript: string | null}>('agent.logs', {...named, role})),
    )
    this.answer(logs, () => this.log(logs.map(({role, text}) => (logs.length > 1 ? `==> ${role} <==\n${text}` : text)).join('\n\n')))
  }

  async #follow({project, role}: {project: string; role?: string}): Promise<void> {
    const client = await this.supervisor()
    const {id} = await client.call<Outcome>('project.outcome', {project}, {idempotent: true})
    const {signal, release} = untilInterrupted()
    let last: string | null = null
    const after: Record<string, LogPlace> = {}
    const target = {project: id, ...(role === undefined ? {} : {role})}
    const open = () => client.stream<LogPart | Over>('agent.follow', {...target, after}, {signal})
    for await (const {place, ...part} of outlast(client, open, signal)) {
      after[part.role] = place
      if (this.wantsJson) this.printJson(part)
      else {
        // As `tail -f` of several files.
        if (role === undefined && part.role !== last) this.log(`${last === null ? '' : '\n'}==> ${part.role} <==`)
        this.log(part.text)
      }
      last = part.role
    }
    release()
    if (signal.aborted) process.exitCode = EXIT.interrupted
  }
}
