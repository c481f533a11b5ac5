/**
 * Waits for work, but no longer than a limit; the work is not stopped.
 * @param limitMs milliseconds
 * @param late what is answered when the limit is over
 */
export async function timeLimit<T, L>(limitMs: number, work: Promise<T>, late: L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late), limitMs)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}
