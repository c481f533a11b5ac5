import {expect} from 'chai'
import {testsRun} from '../../src/domain/test-summary.js'

describe('testsRun', () => {
  for (const [runner, output, tests] of [
    ['node, none', 'TAP version 13\n1..0\n# tests 0\n# suites 0\n# pass 0\n', 0],
    ['node, as TAP', 'ok 1 - a\n1..1\n# tests 3\n# pass 3\n', 3],
    ['node, as spec, in colour', '\u001b[34mℹ tests 2\u001b[39m\n\u001b[34mℹ pass 2\u001b[39m\n', 2],
    ['mocha, none', '\n\n  0 passing (1ms)\n', 0],
    ['mocha', '  12 passing (3s)\n  1 failing\n', 13],
    ['jest, none', 'No tests found, exiting with code 0\n', 0],
    ['jest', 'Tests:       1 skipped, 4 passed, 5 total\n', 5],
    ['vitest, none', 'No test files found, exiting with code 0\n', 0],
    ['vitest', ' Test Files  1 passed (1)\n      Tests  3 passed (3)\n', 3],
    ['pytest, none', 'collected 0 items\n\n===== no tests ran in 0.01s =====\n', 0],
    ['pytest -q, none', 'no tests ran in 0.00s\n', 0],
    ['pytest', 'collected 7 items\n\na.py ....... [100%]\n\n==== 7 passed in 0.12s ====\n', 7],
    ['pytest -q', '.......\n7 passed in 0.12s\n', 7],
    ['unittest, none', '\nRan 0 tests in 0.000s\n\nNO TESTS RAN\n', 0],
    ['go, none', '?   \texample.com/a\t[no test files]\n', 0],
    ['go, with a filter that matches none', 'ok  \texample.com/a\t0.002s [no tests to run]\n', 0],
    ['go', '?   \texample.com/a\t[no test files]\nok  \texample.com/b\t0.004s\nok  \texample.com/c\t(cached)\n', 2],
    ['cargo, none', '\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed\n\nrunning 0 tests\n', 0],
    ['cargo', '\nrunning 4 tests\n....\n   Doc-tests a\n\nrunning 0 tests\n', 4],
    ['rspec, none', '0 examples, 0 failures\n', 0],
    ['phpunit, none', 'No tests executed!\n', 0],
    [
      'maven',
      '[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in a.B\n[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0\n',
      2,
    ],
    ['gradle, none', '> Task :app:test NO-SOURCE\n', 0],
    ['dotnet', 'Passed!  - Failed:     0, Passed:     3, Skipped:     0, Total:     3, Duration: 9 ms - a.dll\n', 3],
    ['ctest, none', 'No tests were found!!!\n', 0],
    ["npm's own default", '> echo "Error: no test specified" && exit 0\nError: no test specified\n', 0],
    ['plain TAP', '1..2\nok 1 - a\nnot ok 2 - b\n', 2],
    ['a command that is no test runner', 'built in 3 s\nTotal: 5 files\n', null],
    ['nothing', '', null],
  ] as const) {
    it(`reads the summary of ${runner}`, () => expect(testsRun(output)).to.equal(tests))
  }
})
