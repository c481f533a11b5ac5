import {Args, Flags} from '@oclif/core'
import {EXIT} from '@orch/plugin-kit'
import {OrchCommand, type SupervisorClient} from '@orch/plugin-kit/command'
import {counted} from '../domain/counted.js'
import {isFinished} from '../domain/project-states.js'
import type {EndedUnreadable} from '../services/recovery/unreadable-projects.js'
import type {ProjectStatus, Status} from '../services/status.js'
import {askLine} from '../view/ask-line.js'
import {namedProject} from '../view/named-project.js'
import {oneLine} from '../view/text.js'

type StoppedProject = {readonly id: string; readonly state: string} | EndedUnreadable

/** States of agents that have something to end. */
const ENDED = ['exited', 'stopped', 'lost']

export default class Stop extends OrchCommand {
  static override description =
    'End a project: its agents are stopped; branches, worktrees and windows stay. At a terminal it asks first. To set it aside only: orch pause.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f', '<%= config.bin %> <%= command.id %> p_7f --yes']
  static override args = {
    project: Args.string({description: 'Id, name, or a unique beginning of either. Default: the only one that is unfinished.'}),
  }
  static override flags = {yes: Flags.boolean({default: false, char: 'y', description: 'Do not ask.'})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Stop)
    const client = await this.supervisor()
    const found = await this.#find(client, args.project)
    if (found && !isFinished(found.state)) {
      if (!flags.yes && !(await this.#isMeant(found))) {
        process.stderr.write('Nothing was stopped.\n')
        process.exitCode = EXIT.usage
        return
      }
      if (!this.wantsJson) process.stderr.write(`Stopping ${oneLine(found.name)}: ${ask(found)} …\n`)
    }
    const project = await client.call<StoppedProject>('project.stop', {project: found?.id ?? args.project})
    this.answer(project, () => this.log(stoppedLine(project)))
  }

  /** The project; null for one whose record cannot be read, which is stopped by its id. */
  async #find(client: SupervisorClient, name: string | undefined): Promise<ProjectStatus | null> {
    const project = await namedProject(client, name)
    const {projects} = await client.call<Status>('status.get', {project}, {idempotent: true})
    return projects[0] ?? null
  }

  async #isMeant({id, name, state, agents}: ProjectStatus): Promise<boolean> {
    if (this.wantsJson || !process.stdin.isTTY || !process.stderr.isTTY) return true
    const about = `${oneLine(name)} (${id}) is ${state}, with ${counted(agents.length, 'agent')}. Branches and worktrees stay.`
    const answer = await askLine(`${about}\nEnd it? [y]es / [N]o `)
    return ['y', 'yes'].includes(answer?.trim().toLowerCase() ?? '')
  }
}

function ask({agents}: ProjectStatus): string {
  const running = agents.filter(({state}) => !ENDED.includes(state))
  return running.length === 0 ? 'no agent runs' : `${counted(running.length, 'agent')} asked to leave, which takes up to half a minute`
}

function stoppedLine(project: StoppedProject): string {
  if (!('keptIn' in project)) return `The project ${project.id} is ${project.state}.`
  const {id, ended, keptIn} = project
  return `The record of ${id} cannot be read: ${ended} processes of its agents were ended, and the files of the record are in ${keptIn}. Branches and worktrees stay.`
}
