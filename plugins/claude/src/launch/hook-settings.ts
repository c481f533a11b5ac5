/**
 * The events orch listens to. Claude Code waits for a hook before it continues, so events of single tools are left out: the transcript shows that an
 * agent is alive. Those of subagents are rare, and a claim may be a subagent's.
 */
export const HOOK_EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'Stop',
  'StopFailure',
  'PermissionRequest',
  'SessionEnd',
  'PreCompact',
  'PostCompact',
  'Notification',
  'SubagentStart',
  'SubagentStop',
] as const

/** Of the notifications only those no other event tells of. */
const MATCHERS: Readonly<Partial<Record<(typeof HOOK_EVENTS)[number], string>>> = {Notification: 'elicitation_dialog'}

/**
 * Seconds a hook may take. Writing a report takes milliseconds; the rest is for a machine under load. SessionEnd hooks would get 1.5 s without it
 * (Claude Code's documentation, "Hooks").
 */
const HOOK_TIMEOUT_SECONDS = 5

/**
 * @param command program and arguments that relay an event; its name is added
 * @param execForm whether this Claude Code runs `args` without a shell
 * @returns the `hooks` part of a settings file
 */
export function hookSettings(command: readonly string[], execForm: boolean): Record<string, unknown> {
  return Object.fromEntries(
    HOOK_EVENTS.map((event) => {
      const [program, ...args] = [...command, event]
      const how = execForm ? {command: program, args} : {command: [program, ...args].map(shellQuoted).join(' ')}
      const matcher = MATCHERS[event]
      return [event, [{...(matcher ? {matcher} : {}), hooks: [{type: 'command', ...how, timeout: HOOK_TIMEOUT_SECONDS}]}]]
    }),
  )
}

/** @param refuse events that are gates, with the words the model is told. @returns the part of `hooks` that refuses them */
export function refusingHooks(refuse: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(refuse).map(([event, say]) => {
      const command = `echo ${shellQuoted(say)} >&2; exit 2`
      return [event, [{hooks: [{type: 'command', command, timeout: HOOK_TIMEOUT_SECONDS}]}]]
    }),
  )
}

/** In single quotes a POSIX shell takes everything as it is, but the quote itself. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
