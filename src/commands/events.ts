import {Args, Flags} from '@oclif/core'
import {EXIT} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {LoggedEvent} from '../domain/event.js'
import type {Over} from '../rpc/end-of-stream.js'
import type {Outcome} from '../services/status/outcome.js'
import {outlast} from '../view/resumable-stream.js'
import {eventLine} from '../view/event-view.js'
import {untilInterrupted} from '../view/until-interrupted.js'
import {ProjectCommand} from '../view/project-command.js'
import {GUESSED} from '../view/named-project.js'

export default class Events extends ProjectCommand {
  static override description = 'Print the events of a project in order; with --json, one object per line.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f', '<%= config.bin %> <%= command.id %> p_7f -f --json']
  static override args = {project: Args.string({description: GUESSED})}
  static override flags = {
    follow: Flags.boolean({
      default: false,
      char: 'f',
      description: 'Go on with what happens, until the project is over; the supervisor may come and go meanwhile.',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Events)
    const client = await this.supervisor()
    const named = this.named(args.project)
    const agents = this.wantsJson ? [] : await client.call<{id: string; role: string}[]>('agent.list', named)
    const roleOf = (id: string) => agents.find((agent) => agent.id === id)?.role ?? id
    const {signal, release} = untilInterrupted()
    const events = flags.follow
      ? followed(client, (await client.call<Outcome>('project.outcome', named, {idempotent: true})).id, signal)
      : client.stream<LoggedEvent>('project.events', named, {signal})
    for await (const event of events) {
      if (this.wantsJson) this.printJson(event)
      else this.log(eventLine(event, roleOf, Date.now()))
    }
    release()
    if (signal.aborted) process.exitCode = EXIT.interrupted
  }
}

async function* followed(client: SupervisorClient, project: string, signal: AbortSignal): AsyncGenerator<LoggedEvent> {
  let after = 0
  const open = () => client.stream<LoggedEvent | Over>('project.events', {project, follow: true, after}, {signal})
  for await (const event of outlast(client, open, signal)) {
    after++
    yield event
  }
}
