/** Asks until the answer is something. @throws with what was seen last, after `deadlineMs` milliseconds */
export async function poll<T>(
  ask: () => Promise<T | null | undefined | false>,
  what: string,
  look?: () => Promise<string>,
  deadlineMs = 15_000,
): Promise<T> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer
    if (performance.now() > end) throw new Error(`${what} did not come about.\n${(await look?.()) ?? ''}`)
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}
