import {realpath} from 'node:fs/promises'
import {resolve} from 'node:path'
import {Args, Flags} from '@oclif/core'
import type {LiveStatus} from '../services/status/live-check.js'
import {ProjectCommand} from '../view/project-command.js'
import {parseDeadline} from '../view/parse-deadline.js'
import {environmentOf, parseAmount} from '../view/run-flags.js'
import {liveStatusLines} from '../view/live-status-view.js'
import {resumeLines, type ResumedProject} from '../view/resume-view.js'

export default class Resume extends ProjectCommand {
  static override description =
    'Take up a project that was paused, blocked or left alone, or that failed or was cancelled: its record is compared with the facts, and agents that ended are started again, each in its conversation and worktree. Agents that were refused for a key or token of the environment take that of your shell.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> p_7f',
    '<%= config.bin %> <%= command.id %> --status-only',
    '<%= config.bin %> <%= command.id %> p_7f --deadline 2h --budget-usd 10',
    '<%= config.bin %> <%= command.id %> ~/code/shop',
    '<%= config.bin %> <%= command.id %> p_7f --restart-dead --rebrief-all',
  ]
  static override args = {
    project: Args.string({
      description: 'Id, prefix of an id, name, or path of its repository or specification. Default: the only one that is unfinished.',
    }),
  }
  static override flags = {
    'status-only': Flags.boolean({default: false, description: 'Only look; change nothing.', exclusive: ['restart-dead', 'rebrief-all']}),
    'restart-dead': Flags.boolean({
      default: false,
      description: 'Start agents again that ended. The default, unless --rebrief-all is given alone.',
    }),
    deadline: Flags.string({
      description: 'A new deadline (18:30, 2030-01-31T18:30, 90m, 2h); needed when the last one has passed.',
      helpValue: 'TIME',
      exclusive: ['status-only'],
    }),
    'budget-usd': Flags.string({
      description: 'What may be spent from here on, in place of the budget it had.',
      helpValue: 'AMOUNT',
      exclusive: ['status-only'],
    }),
    'rebrief-all': Flags.boolean({default: false, description: 'Tell every agent that runs again who it is.'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Resume)
    const bounds = {
      ...(flags.deadline === undefined ? {} : {deadlineAt: parseDeadline(flags.deadline, '--deadline', Date.now())}),
      ...(flags['budget-usd'] === undefined ? {} : {budgetUsd: parseAmount(flags['budget-usd'], '--budget-usd')}),
    }
    const client = await this.supervisor()
    const named = this.named(args.project && (await placeOf(args.project)))
    if (flags['status-only']) {
      const standing = await client.call<LiveStatus>('project.standing', named)
      return this.answer(standing, () => this.log(liveStatusLines(standing, Date.now()).join('\n')))
    }
    const how = {restartDead: flags['restart-dead'] || !flags['rebrief-all'], rebriefAll: flags['rebrief-all']}
    const project = await client.call<ResumedProject>('project.resume', {
      ...named,
      ...how,
      ...bounds,
      env: environmentOf(process.env),
    })
    this.answer(project, () => this.log(resumeLines(project).join('\n')))
  }
}

/** Resolves paths here: the supervisor has another working directory. */
async function placeOf(name: string): Promise<string> {
  return name.includes('/') || name.startsWith('.') ? realpath(name).catch(() => resolve(name)) : name
}
