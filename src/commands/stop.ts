import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import type {EndedUnreadable} from '../services/recovery/unreadable-projects.js'

type StoppedProject = {readonly id: string; readonly state: string} | EndedUnreadable

export default class Stop extends OrchCommand {
  static override description = 'End a project: its agents are stopped; branches, worktrees and windows stay.'
  static override examples = ['<%= config.bin %> <%= command.id %> p_7f']
  static override args = {project: Args.string({description: 'Id, prefix of an id, or name.', required: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(Stop)
    const project = await (await this.supervisor()).call<StoppedProject>('project.stop', {project: args.project})
    this.answer(project, () => this.log(stoppedLine(project)))
  }
}

function stoppedLine(project: StoppedProject): string {
  if (!('keptIn' in project)) return `The project ${project.id} is ${project.state}.`
  const {id, ended, keptIn} = project
  return `The record of ${id} cannot be read: ${ended} processes of its agents were ended, and the files of the record are in ${keptIn}. Branches and worktrees stay.`
}
