import type {CrashSignal} from '../options.js'

/** While it hangs it looks this often, in milliseconds, whether the one who started it is still there. */
const LOOK_MS = 1_000

/** Ends this process without any farewell. */
export function crash({signal, code}: {readonly signal: CrashSignal | null; readonly code: number}): never {
  if (signal !== null) {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    // The signal is on its way; nothing else may happen before it.
    hang(undefined)
  }
  process.exit(code)
}

/**
 * Stops the whole thread, as a program in an endless loop does, without using the processor: no key, signal handler or report is served, so SIGTERM does nothing.
 * A hangup still ends it, and so does the end of the process that started it: a rehearsal never stays behind.
 * @param ms milliseconds, for ever without it
 */
export function hang(ms: number | undefined): void {
  process.removeAllListeners('SIGHUP')
  const parent = process.ppid
  const until = ms === undefined ? Infinity : performance.now() + ms
  const lock = new Int32Array(new SharedArrayBuffer(4))
  for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
    Atomics.wait(lock, 0, 0, Math.min(LOOK_MS, left))
    if (process.ppid !== parent) process.exit(129)
  }
}
