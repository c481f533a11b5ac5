// prepack: puts the commands that are called all day, and all that they load, into one file: Node takes about 0.5 ms of processor time for
// each module (docs/adr/0018-commands-without-oclif.md). What only a rarer case of theirs loads stays where it is.
// postpack (--remove): takes it away, because in a checkout it would hide what was compiled since.
import {rmSync} from 'node:fs'
import {dirname, join, relative, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'

const quick = fileURLToPath(new URL('../dist/quick', import.meta.url))
const outfile = join(quick, 'bundle.js')

if (process.argv.includes('--remove')) rmSync(outfile, {force: true})
else
  await build({
    entryPoints: [join(quick, 'index.js')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    logLevel: 'warning',
    plugins: [{name: 'rare cases', setup: (it) => it.onResolve({filter: /^\./}, rareCase)}],
  })

/** A dynamic import of anything but one of the commands: named from the bundle's place. */
function rareCase({kind, path, resolveDir}) {
  const file = resolve(resolveDir, path)
  if (kind !== 'dynamic-import' || dirname(file) === quick) return undefined
  return {path: `./${relative(quick, file)}`, external: true}
}
