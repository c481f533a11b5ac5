/** How a command talks to the supervisor; the host's own client implements it. */
export interface SupervisorClient {
  /**
   * Calls a method, starting the supervisor when none runs.
   * @param options.idempotent the call may be made again when the supervisor dies before its answer
   * @param options.patient waits until a person starts a supervisor again that a person stopped; for agents, who do not start it then
   * @throws the OrchError the supervisor answered with; ORCH_SUPERVISOR when it cannot be reached, ORCH_STOPPED
   */
  call<R = unknown>(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    options?: {readonly idempotent?: boolean; readonly patient?: boolean},
  ): Promise<R>
  /** Like `call`, but answers null when no supervisor runs, and starts none. @param options.timeoutMs milliseconds until ORCH_SUPERVISOR */
  peek<R = unknown>(method: string, params?: Readonly<Record<string, unknown>>, options?: {readonly timeoutMs?: number}): Promise<R | null>
  /** A stream of objects; ends when the supervisor ends it, the consumer stops, or the signal aborts. An abort is not an error. */
  stream<T = unknown>(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    options?: {readonly signal?: AbortSignal},
  ): AsyncIterable<T>
}

/** The entry a host offers to commands: `orch.client` in its package.json names the module that exports it. */
export interface ClientModule {
  connect(config: {
    readonly root: string
    readonly dataDir: string
    readonly version: string
    /** Tells one set of plugins from another; a caller that does not say takes the supervisor as it is. */
    readonly plugins?: string
    readonly env: NodeJS.ProcessEnv
    /** Tells the person what did not stop the call: a sentence or two. */
    readonly warn?: (text: string) => void
  }): SupervisorClient
}
