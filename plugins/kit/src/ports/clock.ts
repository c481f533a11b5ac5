/** Time as services see it; a FakeClock in tests. */
export interface Clock {
  /** Wall clock, integer milliseconds UTC: for records. */
  now(): number
  /** Milliseconds on a monotonic clock, for durations. */
  monotonic(): number
  /**
   * Waits.
   * @param ms how long, in milliseconds
   * @param signal ends the wait early; the promise then rejects with the signal's reason
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
