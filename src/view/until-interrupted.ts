const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Aborts at the first Ctrl-C, TERM, or end of the terminal; a second one ends the process as ever. @returns the signal, and how to stop listening */
export function untilInterrupted(): {readonly signal: AbortSignal; readonly release: () => void} {
  const interrupted = new AbortController()
  // Keeps listening after the first signal: signal-exit, which restores the cursor, ends the process when it is the only listener.
  const onSignal = (name: NodeJS.Signals): void => {
    if (!interrupted.signal.aborted) return interrupted.abort()
    release()
    process.kill(process.pid, name)
  }
  const release = (): void => {
    for (const name of SIGNALS) process.removeListener(name, onSignal)
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  return {signal: interrupted.signal, release}
}
