/**
 * Looks for circles.
 * @param nodes where to start, in order
 * @param next what a node points to
 * @returns each circle once, as the nodes on it from the first met back to it
 */
export function findCycles(nodes: Iterable<string>, next: (node: string) => readonly string[]): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (node: string): void => {
    const seenAt = trail.indexOf(node)
    if (seenAt >= 0) {
      cycles.push([...trail.slice(seenAt), node])
      return
    }
    if (done.has(node)) return
    trail.push(node)
    for (const other of next(node)) visit(other)
    trail.pop()
    done.add(node)
  }
  for (const node of nodes) visit(node)
  return cycles
}
