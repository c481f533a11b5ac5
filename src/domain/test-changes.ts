/** What a change does to the tests of a repository. */
export interface TestChanges {
  /** Paths of test files that it deletes. */
  readonly deleted: readonly string[]
  /** Lines it adds that skip tests, or all others, as `path: line`. */
  readonly skipped: readonly string[]
  /** Definitions of the test command that it changes, as `path: line`. */
  readonly commands: readonly string[]
}

/** Where tests lie, by the conventions of the runners. */
const TEST_FILE =
  /(?:^|\/)(?:tests?|specs?|__tests__|testing|e2e)\/.*\.\w+$|[._-](?:test|tests|spec|e2e)\.\w+$|(?:^|\/)test_[^/]*\.py$|(?:Tests?|Spec)\.(?:java|kt|cs|swift|php|scala|groovy)$/

/** Lines that keep tests from running: JavaScript, Python, Go, Rust, JVM, .NET, Ruby, PHP, Elixir, Swift. */
const SKIPS: readonly RegExp[] = [
  /\b(?:it|test|describe|suite|context|specify)\.(?:skip|todo|only|skipIf)\b/,
  /\b(?:xit|xtest|xdescribe|xcontext|xspecify|fit|fdescribe)\s*\(/,
  /\{\s*(?:skip|todo|only):\s*(?!false)/,
  /@pytest\.mark\.(?:skip|skipif|xfail)\b|\bpytest\.skip\(|@unittest\.(?:skip|skipIf|skipUnless|expectedFailure)\b|\bself\.skipTest\(/,
  /\bt\.Skip(?:f|Now)?\(/,
  /#\[ignore\b/,
  /^\s*@(?:Disabled|Ignore)\b/,
  /\[(?:Fact|Theory)\(\s*Skip\s*=|^\s*\[Ignore\b/,
  /^\s*(?:xit|xdescribe|skip|pending)\s+['"]/,
  /->markTestSkipped\(/,
  /@(?:tag|moduletag) :skip\b/,
  /\bthrow XCTSkip\b|\.disabled\(/,
]
/** Files that say what the test command is, and the lines that do. */
const COMMANDS: readonly (readonly [file: RegExp, line: RegExp])[] = [
  [/(?:^|\/)package\.json$/, /^\s*"(?:pre|post)?test(?::[\w:-]+)?"\s*:/],
  [/(?:^|\/)(?:GNUm|M|m)akefile$/, /^(?:test|check)\s*:/],
  [/(?:^|\/)(?:pytest\.ini|tox\.ini|setup\.cfg|pyproject\.toml)$/, /^\s*(?:testpaths|python_files|addopts|commands)\s*=/],
  [
    /(?:^|\/)(?:jest|vitest|vite|karma|playwright)\.config\.\w+$/,
    /\b(?:testMatch|testRegex|testPathIgnorePatterns|include|exclude|passWithNoTests)\b/,
  ],
  [/(?:^|\/)\.mocharc\.\w+$/, /./],
]

/** Reads a unified diff of git. */
export function testChanges(patch: string): TestChanges {
  const deleted: string[] = []
  const skipped: string[] = []
  const commands = new Set<string>()
  let path = ''
  let isHeader = true
  for (const line of patch.split('\n')) {
    if (line.startsWith('diff --git ')) {
      isHeader = true
      path = pathOf(line)
    } else if (line.startsWith('@@')) isHeader = false
    else if (isHeader) {
      if (line.startsWith('deleted file mode') && TEST_FILE.test(path)) deleted.push(path)
    } else if (line.startsWith('+') && SKIPS.some((skip) => skip.test(line.slice(1)))) skipped.push(`${path}: ${line.slice(1).trim()}`)
    // What was not there before was not weakened; so the line that is taken away tells.
    else if (line.startsWith('-') && definesCommand(path, line.slice(1))) commands.add(`${path}: ${line.slice(1).trim()}`)
  }
  return {deleted, skipped, commands: [...commands]}
}

function definesCommand(path: string, line: string): boolean {
  return COMMANDS.some(([file, defines]) => file.test(path) && defines.test(line))
}

/** `diff --git a/PATH b/PATH`: both are the same, unless the file was renamed. */
function pathOf(line: string): string {
  return / b\/(.+?)"?$/.exec(line)?.[1] ?? ''
}
