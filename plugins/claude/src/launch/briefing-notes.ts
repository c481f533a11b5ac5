import type {ClaudeSettings} from '../settings.js'

/**
 * What an agent should know about Claude Code in a team of orch.
 * Mode dontAsk denies AskUserQuestion at once, and orch shows the denial to nobody (measured on 2.1.330).
 */
export function briefingNotes({permissionMode}: Pick<ClaudeSettings, 'permissionMode'>): string[] {
  const question = "Do not use Claude Code's own question tool (AskUserQuestion)"
  return [
    'The MCP server `orch` offers the commands above as tools (`send`, `inbox`, `ask`, `done` and others).',
    permissionMode === 'dontAsk'
      ? `${question}: it is denied at once and nobody sees the question. Use \`orch ask\`.`
      : `${question}: it holds you up until somebody looks at your window. Use \`orch ask\`.`,
    ...(permissionMode === 'dontAsk'
      ? [
          'A tool that is not allowed is denied at once, without a question to anybody. Use another way, or ask for what you need with `orch ask`.',
        ]
      : []),
    'Subagents work in your worktree. Do not give them worktrees of their own, and claim only when they have finished.',
  ]
}
