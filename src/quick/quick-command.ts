import type {SupervisorClient} from '@orch/plugin-kit/command'

/** What a command prints: `data` with --json, else the lines. */
export interface QuickAnswer {
  readonly data: unknown
  readonly lines: () => readonly string[]
}

/** A command without oclif, for what needs nothing but its words. Any other, and any mistake, is left to the command itself. */
export interface QuickCommand {
  readonly json: boolean
  /** @returns null when the command has to do it; nothing has been done then */
  readonly run: (client: SupervisorClient) => Promise<QuickAnswer | null>
}

/** Where a command is run. */
export interface QuickPlace {
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}
