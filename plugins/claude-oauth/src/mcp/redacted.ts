/** Characters from which on a value counts as a secret; shorter ones are words like `true`. */
const SECRET_LENGTH = 6
const MARK = '[redacted]'

/** A name that says what follows it, with anything in front: `DB_PASSWORD=`, `"apiKey": "`, `--token `, `password is `. */
const NAMED =
  /((?:[\w-]*(?:passw(?:or)?d|passphrase|secret|credential|token|api[_-]?key|private[_-]?key|access[_-]?key)[\w-]*)["']?(?:\s*[=:]\s*|\s+is\s+|\s+)["']?)([^\s"',;]{4,})/gi
/** Words behind such a name that are prose: `token expired`, `password required`. */
const PROSE = /^(?:[a-z]+[.,:;!?)]*)$/
/** `Authorization: Bearer …`, `Basic …` */
const SCHEME = /\b(bearer|basic)\s+[\w+/=.~-]{8,}/gi
/** `https://user:password@host`, `https://token@host` */
const USERINFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi
/** Tokens known by their beginning: Anthropic and OpenAI, GitHub, GitLab, Slack, AWS, Google, npm; JSON web tokens. */
const KNOWN =
  /\b(?:sk-[\w-]{16,}|gh[opsur]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{12,}|AIza[\w-]{30,}|npm_\w{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g

/**
 * A text of a program of others, without secrets: a server that cannot start often prints what it was given.
 * @param known values that are secret wherever they stand; short ones are not looked for
 */
export function redacted(text: string, known: readonly string[] = []): string {
  const long = known.filter(({length}) => length >= SECRET_LENGTH).sort((a, b) => b.length - a.length)
  return long
    .reduce((rest, secret) => rest.replaceAll(secret, MARK), text)
    .replace(USERINFO, `$1${MARK}@`)
    .replace(KNOWN, MARK)
    .replace(SCHEME, `$1 ${MARK}`)
    .replace(NAMED, (whole, name: string, value: string) => (isProse(name, value) ? whole : `${name}${MARK}`))
}

/** With `=` or `:` between them the value is one, whatever it looks like. */
function isProse(name: string, value: string): boolean {
  return value.startsWith(MARK) || (!/[=:]\s*["']?$/.test(name) && PROSE.test(value))
}
