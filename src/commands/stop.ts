import {Args, Flags} from '@oclif/core'
import {EXIT} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import type {ProjectStatus, Status} from '../services/status/status.js'
import {ProjectCommand} from '../view/project-command.js'
import {askLine} from '../view/ask-line.js'
import {GUESSED, namedProject} from '../view/named-project.js'
import {isGoing, stopQuestion, stoppedLine, stoppingLine, type StoppedProject} from '../view/stop-view.js'

export default class Stop extends ProjectCommand {
  static override description =
    'Stop a project and its agents; branches, worktrees and windows stay. Asks first at a terminal. To pause only: orch pause.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f', '<%= config.bin %> <%= command.id %> p_7f --yes']
  static override args = {
    project: Args.string({description: GUESSED}),
  }
  static override flags = {yes: Flags.boolean({default: false, char: 'y', description: 'Do not ask.'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Stop)
    const client = await this.supervisor()
    const name = await namedProject(client, args.project, this.here)
    const found = await this.#find(client, name)
    if (found && isGoing(found)) {
      if (!flags.yes && !(await this.#isMeant(found))) return this.#leaveIt()
      if (!this.wantsJson) process.stderr.write(`${stoppingLine(found)}\n`)
    }
    const project = await client.call<StoppedProject>('project.stop', {project: found?.id ?? name})
    this.answer(project, () => this.log(stoppedLine(project)))
  }

  /** Null for a project whose record cannot be read, which is stopped all the same. */
  async #find(client: SupervisorClient, project: string): Promise<ProjectStatus | null> {
    const {projects} = await client.call<Status>('status.get', {project}, {idempotent: true})
    return projects[0] ?? null
  }

  async #isMeant(project: ProjectStatus): Promise<boolean> {
    if (this.wantsJson || !process.stdin.isTTY || !process.stderr.isTTY) return true
    const answer = await askLine(stopQuestion(project))
    return ['y', 'yes'].includes(answer?.trim().toLowerCase() ?? '')
  }

  #leaveIt(): void {
    process.stderr.write('Nothing was stopped.\n')
    process.exitCode = EXIT.usage
  }
}
