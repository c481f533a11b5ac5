import {resolve} from 'node:path'
import {Args, Flags} from '@oclif/core'
import {PLAN_FLAGS, START_FLAGS, toRunRequest} from '../view/run-flags.js'
import {RunCommand} from '../view/run-command.js'

/** The repository is the one it makes. */
const PLANNING = withoutKey(PLAN_FLAGS, 'project')

export default class New extends RunCommand {
  static override description = `Create a git repository for a specification, then run it there as \`orch run\` does.

The repository's first commit is the specification. What is not started then can be started there with \`orch run\`.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> spec.md',
    '<%= config.bin %> <%= command.id %> spec.md --dir ../calculator --agent rehearsal --yes --wait',
  ]
  static override args = {spec: Args.string({description: 'The specification: any text file, Markdown at best.', required: true})}
  static override flags = {
    ...PLANNING,
    ...START_FLAGS,
    dir: Flags.string({
      char: 'd',
      description: "Folder of the repository; missing or empty. Default: one here, named after the specification's title.",
      helpValue: 'DIR',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(New)
    const settings = this.settings(flags)
    const request = toRunRequest(args.spec, flags, process.cwd(), process.env, {needsAgent: true})
    const {repository, spec} = await (
      await this.supervisor()
    ).call<{repository: string; spec: string}>('repository.create', {
      spec: resolve(args.spec),
      dir: flags.dir === undefined ? null : resolve(flags.dir),
      parent: process.cwd(),
      flags: request.flags,
      env: request.env,
    })
    this.tell(`Made the repository ${repository}; to go on there later: orch run ${JSON.stringify(spec)}`)
    await this.runSpecs([spec], {...flags, project: repository}, settings, 'fresh')
  }
}

function withoutKey<T extends object, K extends keyof T>(values: T, key: K): Omit<T, K> {
  const rest: Omit<T, K> & Partial<Pick<T, K>> = {...values}
  delete rest[key]
  return rest
}
