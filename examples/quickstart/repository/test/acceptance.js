// What the specification asks for, seen from outside: the command, and tests of its own that pass.
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {test} from 'node:test'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a file of the repository with Node. */
function node(file, args = [], input = '') {
  // The test runner's own variable would make a nested test file report to this one instead of failing by its exit code.
  const {NODE_TEST_CONTEXT, ...env} = process.env
  const {status, stdout} = spawnSync(process.execPath, [file, ...args], {cwd: root, input, encoding: 'utf8', env})
  return {status, stdout}
}

const slugify = (args, input) => node('bin/slugify.js', args, input)

test('makes a slug of a title', () => {
  assert.deepEqual(slugify(['Hello, World!']), {status: 0, stdout: 'hello-world\n'})
  assert.deepEqual(slugify(['Crème Brûlée', 'Straße nach Łódź']), {status: 0, stdout: 'creme-brulee\nstrasse-nach-lodz\n'})
  assert.deepEqual(slugify(["It's Æther & Smørrebrød"]), {status: 0, stdout: 'its-aether-smorrebrod\n'})
})

test('reads titles from its input, one a line', () => {
  assert.deepEqual(slugify([], 'One Two\nThree\n'), {status: 0, stdout: 'one-two\nthree\n'})
})

test('keeps whole words up to a length', () => {
  assert.deepEqual(slugify(['--max', '11', 'alpha beta gamma']), {status: 0, stdout: 'alpha-beta\n'})
  assert.deepEqual(slugify(['--max', '4', 'incomprehensible']), {status: 0, stdout: 'inco\n'})
})

test('says by its exit code what is wrong', () => {
  assert.equal(slugify(['!!!']).status, 1)
  assert.equal(slugify(['--max', 'many', 'title']).status, 2)
  assert.equal(slugify(['--wrong', 'title']).status, 2)
})

test('has tests of its own, and they pass', () => {
  assert.equal(node('test/slugify.test.js').status, 0)
})
