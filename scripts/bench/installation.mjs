import {spawnSync} from 'node:child_process'
import {cpSync, mkdtempSync, realpathSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {copyBuilt} from '../../test/support/built-copy.ts'
import {ROOT} from '../../test/support/sandbox.ts'

/**
 * A copy of what is built, with the manifests and the bundle that `npm pack` writes: without them oclif imports every command to run
 * one, and the figures would be those of a checkout.
 * @returns its command line, and what removes it
 */
export function installation() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orch-bench-')))
  copyBuilt(folder)
  for (const name of ['write-manifests.mjs', 'bundle-quick.mjs']) {
    const script = join('scripts', name)
    cpSync(join(ROOT, script), join(folder, script))
    const {status, stderr} = spawnSync(process.execPath, [join(folder, script)], {encoding: 'utf8'})
    if (status !== 0) throw new Error(`${script}: ${stderr}`)
  }
  return {bin: join(folder, 'bin', 'run.js'), remove: () => rmSync(folder, {recursive: true, force: true})}
}
