const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Aborts at the first Ctrl-C, TERM, or end of the terminal; a second one ends the process as ever. @returns the signal, and how to stop listening */
export function untilInterrupted(): {readonly signal: AbortSignal; readonly release: () => void} {
  const interrupted = new AbortController()
  const onSignal = (): void => {
    interrupted.abort()
    release()
  }
  const release = (): void => {
    for (const name of SIGNALS) process.removeListener(name, onSignal)
  }
  for (const name of SIGNALS) process.once(name, onSignal)
  return {signal: interrupted.signal, release}
}
