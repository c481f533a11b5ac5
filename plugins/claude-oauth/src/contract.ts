/**
 * The OAuth timing contract: every time orch must not undercut when it starts and kills agents that use the OAuth callback port.
 *
 * DO NOT REDUCE ANY OF THESE VALUES. They are mandatory in the specification of orch; the configuration can raise them, never lower them
 * (the schema's `minimum` is the value here, and {@link settingsOf} takes the greater of both). All times in milliseconds.
 *
 * What they guard against: while an agent signs in over OAuth, a callback server of its own listens on the port. After the agent ends, the
 * kernel and the agent's children (MCP servers above all) may hold the port for a while; a second start in that time finds it taken and its
 * sign-in fails, long after orch has gone on to something else.
 */
export const CONTRACT = {
  /**
   * Budget for the port to come free after a window kill. Do not reduce: a killed agent's children get SIGHUP and may take many seconds to
   * end; 45 s is what the specification demands. It is a budget, not a sleep: a free port ends the wait at once (but see the floor).
   */
  killBudgetMs: 45_000,

  /**
   * Budget for the port to come free after the agent exited by itself (MCP initialisation). Do not reduce: on a clean exit MCP servers are
   * asked to stop one after another, which takes longer than a kill; 60 s is what the specification demands.
   */
  exitBudgetMs: 60_000,

  /**
   * Floor between a window kill and the next start on that port, also when the port looks free already. Do not reduce: a process that was
   * just killed can leave a child that opens the port again; 30 s is the least the specification allows.
   */
  killFloorMs: 30_000,

  /**
   * Time-out of a stage of MCP initialisation, from spawn or probe start to the last server's answer. Do not reduce: servers fetched with
   * npx or uvx on first use need most of it; 60 s is what the specification demands.
   */
  mcpStageMs: 60_000,

  /** How many observations in a row must find the port free. Do not reduce: one may fall between two binds of the same program. */
  freeObservations: 2,

  /** Least distance between two of those observations. Do not reduce: closer together they are one observation. */
  observationGapMs: 200,

  /** Greatest age of the newest of them at the start. Do not raise (here the smaller value is the stricter): it must speak of now. */
  observationMaxAgeMs: 1_000,

  /** Distance of observations while the port is taken. */
  pollMs: 500,

  /** A line of progress this often while somebody waits. */
  progressMs: 8_000,

  /** Who holds the port is looked up this often: it reads the file descriptors of every process, which a poll must not. */
  holderProbeMs: 20_000,

  /** The port when neither CLAUDE_OAUTH_PORT nor the configuration names one. */
  defaultPort: 3000,
} as const

/**
 * The least times of the two-stage MCP initialisation, in milliseconds, as the original slept them. Here they are lower bounds of steps that wait for
 * what they need; all but the first few seconds lie inside the floor after the kill.
 */
export const TWO_STAGE = {
  /** From the start to the first key. */
  startMs: 2_000,
  /** Between two keys. */
  keyMs: 500,
  /** From the last answer to the end of the approval: Claude Code connects to what was approved. */
  settleMs: 2_000,
  /** From `/exit` to the look whether it has left. */
  exitMs: 2_000,
  /** From the kill to the next window. */
  recreateMs: 2_000,
} as const
