/** The longest a timer of Node takes, in milliseconds (2^31 - 1, almost 25 days): beyond it a timer rings at once, and beyond 2^32 it throws. */
export const LONGEST_MS = 2_147_483_647

/**
 * Ends with the caller, or when the caller's patience does. Not `AbortSignal.any` over `AbortSignal.timeout`, which a garbage collection of Node 20
 * silences for ever: nothing but the composite knows the timeout (nodejs/node#57736).
 * @param ms milliseconds it would wait
 */
export function timeoutSignal(signal: AbortSignal, ms: number): AbortSignal {
  const over = new AbortController()
  const end = () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
    over.abort(signal.aborted ? signal.reason : new DOMException('The wait is over.', 'TimeoutError'))
  }
  const timer = setTimeout(end, Math.min(ms, LONGEST_MS)).unref()
  if (signal.aborted) end()
  else signal.addEventListener('abort', end)
  return over.signal
}
