/** How a test runner says how many tests it ran. */
interface Summary {
  readonly runner: string
  /** Every match counts; the first group is the number, without one it is none. */
  readonly pattern: RegExp
}

/**
 * Ends of test runs, as the runners print them: node 20, mocha 11, jest 30, vitest 3, AVA 6, Deno 2, Bun 1, pytest 8, unittest, go 1.23, cargo 1.80,
 * RSpec 3, Minitest 5, PHPUnit 11, JUnit (Maven Surefire 3, Gradle 8), dotnet 8, ExUnit 1.17, Swift 6, CTest 3, Bats 1.
 */
const SUMMARIES: readonly Summary[] = [
  {runner: 'node', pattern: /^(?:# |ℹ )tests (\d+)$/gm},
  {runner: 'mocha', pattern: /^\s*(\d+) (?:passing|failing)\b/gm},
  {runner: 'jest', pattern: /^Tests:.*?(\d+) total$/gm},
  {runner: 'jest', pattern: /^No tests found\b/gm},
  {runner: 'vitest', pattern: /^\s*Tests\s+.*\((\d+)\)$/gm},
  {runner: 'vitest', pattern: /^No test files found\b/gm},
  {runner: 'ava', pattern: /^\s*(\d+) tests? (?:passed|failed)$/gm},
  {runner: 'ava', pattern: /Couldn’t find any files to test/gm},
  {runner: 'deno', pattern: /^(?:ok|FAILED) \| (\d+) passed\b/gm},
  {runner: 'bun', pattern: /^Ran (\d+) tests? across \d+ files?/gm},
  {runner: 'pytest', pattern: /^collected (\d+) items?/gm},
  {runner: 'pytest', pattern: /\bno tests ran in\b/gm},
  {runner: 'pytest', pattern: /^(?:=+ )?(\d+) passed\b.* in [\d.]+s/gm},
  {runner: 'unittest', pattern: /^Ran (\d+) tests? in [\d.]+s$/gm},
  {runner: 'go', pattern: /^\?\s+\S+\s+\[no test files\]$/gm},
  {runner: 'go', pattern: /\[no tests to run\]$/gm},
  {runner: 'cargo', pattern: /^running (\d+) tests?$/gm},
  {runner: 'rspec', pattern: /^(\d+) examples?, \d+ failures?/gm},
  {runner: 'minitest', pattern: /^(\d+) runs, \d+ assertions/gm},
  {runner: 'phpunit', pattern: /^No tests executed!$/gm},
  {runner: 'phpunit', pattern: /^OK \((\d+) tests?,/gm},
  {runner: 'maven', pattern: /^(?:\[\w+\] )?Tests run: (\d+),.*(?<!in [\w.$]+)$/gm},
  {runner: 'maven', pattern: /^(?:\[\w+\] )?No tests to run\.$/gm},
  {runner: 'gradle', pattern: /^> Task :\S*test NO-SOURCE$/gim},
  {runner: 'dotnet', pattern: /^(?:Passed|Failed)!\s+-.*\bTotal:\s+(\d+)/gm},
  {runner: 'dotnet', pattern: /^No test is available in\b/gm},
  {runner: 'exunit', pattern: /^(\d+) tests?, \d+ failures?/gm},
  {runner: 'swift', pattern: /^Executed (\d+) tests?, with/gm},
  {runner: 'ctest', pattern: /^No tests were found!!!$/gm},
  {runner: 'ctest', pattern: /tests failed out of (\d+)$/gm},
  {runner: 'tap', pattern: /^1\.\.0\b/gm},
  {runner: 'npm', pattern: /Error: no test specified/gm},
]
/** Go names packages, not tests: a package that has some is worth at least one. */
const GO_PASSED = /^ok\s+\S+\s+(?:\([^)]*\)|[\d.]+s)(?!.*\[no tests to run\])/gm
const TAP_TESTS = /^(?:not )?ok \d+/gm

/**
 * Reads how many tests a command ran from what it printed.
 * @returns null when no known runner speaks in it
 */
export function testsRun(output: string): number | null {
  // Colour codes separate the words of a summary.
  const text = output.replace(/\u001b\[[\d;]*m/g, '').replace(/\r/g, '')
  const counts = new Map<string, number>()
  for (const {runner, pattern} of SUMMARIES) {
    for (const [, number = '0'] of text.matchAll(pattern)) counts.set(runner, Math.max(0, (counts.get(runner) ?? 0) + Number(number)))
  }
  // pytest says it at the beginning and at the end; where the beginning is cut off, the end counts.
  const collected = [...text.matchAll(/^collected (\d+) items?/gm)].at(-1)
  if (collected) counts.set('pytest', Number(collected[1]))
  const packages = [...text.matchAll(GO_PASSED)].length
  if (packages > 0) counts.set('go', packages)
  if (counts.size === 0) {
    const lines = [...text.matchAll(TAP_TESTS)].length
    return lines > 0 ? lines : null
  }
  return Math.max(...counts.values())
}
