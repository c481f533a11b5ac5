import type {ClaudeSettings} from '../settings.js'

/** What an agent should know about Claude Code in a team of orch. Pure. */
export function briefingNotes({permissionMode, native}: Pick<ClaudeSettings, 'permissionMode' | 'native'>): string[] {
  return [
    'The MCP server `orch` offers the commands above as tools (`send`, `inbox`, `ask`, `done` and others). Tools of MCP servers may come only with your second step, or by ToolSearch: use the commands until then.',
    native.questions === true
      ? 'Use `orch ask` for questions: a question of AskUserQuestion waits on your screen until somebody looks there.'
      : "Claude Code's own question tool (AskUserQuestion) and plan mode are off: use `orch ask`.",
    ...(native.messages === true ? [] : ["Claude Code's own messages between sessions are off: use `orch send`."]),
    ...(native.schedule === true ? [] : ["Claude Code's own schedules are off: use `orch checkin add`."]),
    ...(permissionMode === 'dontAsk'
      ? [
          'A tool that is not allowed is denied at once, without a question to anybody. Use another way, or ask for what you need with `orch ask`.',
        ]
      : []),
    'Subagents work in your worktree. Do not give them worktrees of their own, and claim only when they have finished.',
  ]
}
