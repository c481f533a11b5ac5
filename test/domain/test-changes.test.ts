import {expect} from 'chai'
import {testChanges} from '../../src/domain/test-changes.js'

const added = (path: string, ...lines: string[]) =>
  [`diff --git a/${path} b/${path}`, '--- a/x', '+++ b/x', '@@ -1 +1 @@', ...lines.map((line) => `+${line}`)].join('\n')
const deleted = (path: string) =>
  [`diff --git a/${path} b/${path}`, 'deleted file mode 100644', '--- a/x', '+++ /dev/null', '@@ -1 +0,0 @@', '-x'].join('\n')

describe('testChanges', () => {
  for (const path of [
    'test/a.js',
    'src/a.test.ts',
    'pkg/a_test.go',
    'test_a.py',
    'tests/test_a.py',
    'spec/a_spec.rb',
    'src/test/java/ATest.java',
  ]) {
    it(`tells that ${path} was deleted`, () => expect(testChanges(deleted(path)).deleted).to.deep.equal([path]))
  }

  for (const line of [
    "it.skip('adds', () => {})",
    "test.only('adds', () => {})",
    "xit('adds', () => {})",
    "test('adds', {skip: true}, () => {})",
    '@pytest.mark.skip(reason="later")',
    '@unittest.skip("later")',
    't.Skip("later")',
    '#[ignore]',
    '@Disabled',
    '[Fact(Skip = "later")]',
    "skip 'later'",
    '$this->markTestSkipped();',
    '@tag :skip',
    'throw XCTSkip("later")',
  ]) {
    it(`takes ${line} for a test that is skipped`, () => {
      const {skipped} = testChanges(added('test/a.test.js', `  ${line}`))
      expect(skipped).to.deep.equal([`test/a.test.js: ${line}`])
    })
  }

  it('tells that the test command was altered', () => {
    const patch = 'diff --git a/package.json b/package.json\n@@ -1 +1 @@\n-    "test": "mocha",\n+    "test": "true",'
    expect(testChanges(patch).commands).to.deep.equal(['package.json: "test": "mocha",'])
    expect(testChanges(added('package.json', '"test": "mocha"')).commands).to.deep.equal([])
  })

  it('minds no other change', () => {
    const patch = [deleted('src/a.ts'), added('src/b.ts', 'limit(1)', 'iter.skip(3)', 'profit(3)', 'const {skip} = options')].join('\n')
    expect(testChanges(patch)).to.deep.equal({deleted: [], skipped: [], commands: []})
    expect(testChanges('')).to.deep.equal({deleted: [], skipped: [], commands: []})
  })
})
