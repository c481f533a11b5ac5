// Titles of a package that only the set-up command installs.
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {TITLES} from 'sample-titles'

const command = fileURLToPath(new URL('../bin/slugify.js', import.meta.url))
for (const {title, slug} of TITLES) {
  const {stdout} = spawnSync(process.execPath, [command, title], {encoding: 'utf8'})
  assert.equal(stdout, `${slug}\n`)
}
