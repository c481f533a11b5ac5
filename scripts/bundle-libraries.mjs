// After tsc: libraries that are tools of the build are put into the one file that names them, in place in dist, with their licences beside it.
// A checkout works without this step, from node_modules; a package would not. See docs/adr/0010-bundled-libraries.md.
// Programs that are started for every agent are put into one file of their own, because Node takes 0.7 ms of processor time for each file.
import {readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join, relative, sep} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build} from 'esbuild'

/** Sources that name such a library; each is bundled into its own JavaScript in dist. */
const ENTRIES = ['plugins/claude-oauth/src/mcp/sdk.ts', 'src/mcp/sdk.ts']

/** Programs, by the folder of their package; nothing of another package is in them. */
const PROGRAMS = {'plugins/rehearsal': 'src/player/main.ts'}

const root = fileURLToPath(new URL('..', import.meta.url))
const {engines} = readJson(join(root, 'package.json'))
const [oldest] = /\d+\.\d+/.exec(engines.node)

for (const entry of ENTRIES) {
  const {outfile, folders} = await bundle(entry, {minify: true})
  if (folders.size === 0) throw new Error(`${entry} uses no library: nothing to bundle`)
  writeFileSync(outfile.replace(/\.js$/, '.LICENSES.txt'), [...folders].sort().map(licence).join('\n'))
}

for (const [folder, entry] of Object.entries(PROGRAMS)) {
  const {folders} = await bundle(`${folder}/${entry}`, {minify: false})
  if (folders.size > 0) throw new Error(`${entry} uses ${[...folders].join(', ')}: a program is bundled without notices`)
  // The next tsc writes all of it anew, else it would leave the old code in the bundle when one of its files changes.
  rmSync(join(root, folder, 'dist', '.tsbuildinfo'), {force: true})
}

/** Writes one file in the place of what tsc made of an entry. @returns it, and the folders of the packages in it */
async function bundle(entry, {minify}) {
  const outfile = join(root, entry.replace(/(^|\/)src\//, '$1dist/').replace(/\.ts$/, '.js'))
  const {metafile} = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: `node${oldest}`,
    minify,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  return {outfile, folders: new Set(Object.keys(metafile.inputs).flatMap((file) => packageFolder(join(root, file)) ?? []))}
}

/** @returns the folder of the installed package a file belongs to; null for our own */
function packageFolder(file) {
  const parts = file.split(sep)
  const at = parts.lastIndexOf('node_modules')
  if (at < 0) return null
  return parts.slice(0, at + (parts[at + 1].startsWith('@') ? 3 : 2)).join(sep)
}

/** Fails loudly: what is shipped without its notice is shipped unlawfully. */
function licence(folder) {
  const {name, version, license} = readJson(join(folder, 'package.json'))
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
  if (file === undefined) throw new Error(`${relative(root, folder)} has no licence file`)
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
