/** Words of a denial, all versions from 2.1.120 to 2.1.332 (from their programs; `dontAsk` and `auto` measured). */
const RULE = /^Permission to (?<verb>use|edit|read) (?<what>[^]+?) has been denied/
const CLASSIFIER = /^Permission for this action (?:has been|was) denied[^]*? Reason: (?<why>[^.]+)/
const MOST = 200

/** What was denied, by the result a tool call got; null when it was not denied. Pure. */
export function deniedIn(result: string): string | null {
  const {verb, what} = RULE.exec(result)?.groups ?? {}
  const said = what === undefined ? reasonIn(result) : verb === 'use' ? what : `${verb} ${what}`
  const line = said?.replace(/\s+/g, ' ')
  return line !== undefined && line.length > MOST ? `${line.slice(0, MOST - 1)}…` : (line ?? null)
}

function reasonIn(result: string): string | undefined {
  const why = CLASSIFIER.exec(result)?.groups?.['why']
  return why === undefined ? undefined : `an action (${why})`
}
