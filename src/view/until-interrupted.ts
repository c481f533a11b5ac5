const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Aborts at the first Ctrl-C, TERM, or end of the terminal; a second one ends the process as ever. @returns the signal, and how to stop listening */
export function untilInterrupted(): {readonly signal: AbortSignal; readonly release: () => void} {
  const interrupted = new AbortController()
  // It listens on after the first: signal-exit, by which a live block gives the cursor back, ends the process where nobody else does.
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
