import {Args} from '@oclif/core'
import {OrchCommand} from '@orch/plugin-kit/command'
import {GUESSED, projectAt, type Here} from './named-project.js'

/** A command that knows where it is run: its PROJECT may be left out. */
export abstract class ProjectCommand extends OrchCommand {
  protected get here(): Here {
    return {dataDir: this.config.dataDir, env: process.env, cwd: process.cwd()}
  }

  /** PROJECT as a look at it takes it; left out, the supervisor takes the only one that is unfinished, else the last. */
  protected named(project: string | undefined): {project?: string} {
    const named = project ?? projectAt(this.here)
    return named === undefined ? {} : {project: named}
  }
}

/** Arguments of commands about one agent. A single word is the role, so oclif can require neither. */
export const AGENT_ARGS = {
  project: Args.string({description: GUESSED}),
  role: Args.string({description: 'Which agent.'}),
}
