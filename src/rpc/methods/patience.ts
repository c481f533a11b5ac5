/** The longest a timer of Node takes, in milliseconds (2^31 - 1, almost 25 days): beyond it a timer rings at once, and beyond 2^32 it throws. */
const LONGEST_MS = 2_147_483_647

/** Ends with the caller, or when the caller's patience does. @param ms milliseconds it would wait */
export function patience(signal: AbortSignal, ms: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.min(ms, LONGEST_MS))])
}
