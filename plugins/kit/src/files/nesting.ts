/** Deeper than any document a person writes; recursion over it stays far from the end of the stack. */
export const MAX_DEPTH = 100

/** Over a hundred indicators of block collections on one line of YAML (`- - - …`); each is a level. */
const BLOCK_RUN = new RegExp(`(?:[-?:][ \\t]+){${MAX_DEPTH},}`)

/** @returns whether a JSON text nests deeper than `MAX_DEPTH`; takes time in proportion to its length */
export function isDeepJson(text: string): boolean {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) index = endOfString(text, index)
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return true
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return false
}

/**
 * The same for YAML before it is parsed, because the parser itself takes minutes for it. Brackets in plain text count, so a text
 * with a hundred brackets that are never closed is refused, too.
 */
export function isDeepYaml(text: string): boolean {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return true
    } else if (code === 0x5d || code === 0x7d) depth = Math.max(0, depth - 1)
  }
  return BLOCK_RUN.test(text)
}

/** @returns whether a parsed value nests deeper than `MAX_DEPTH`; what aliases share is looked at once */
export function isDeepValue(value: unknown): boolean {
  let level: unknown[] = [value]
  const seen = new Set<unknown>()
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true
    level = level.flatMap((item) => {
      if (typeof item !== 'object' || item === null || seen.has(item)) return []
      seen.add(item)
      return Object.values(item) as unknown[]
    })
  }
  return false
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, index: number): boolean {
  let before = index
  while (text.charCodeAt(before - 1) === 0x5c) before--
  return (index - before) % 2 === 1
}
