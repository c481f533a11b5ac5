import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {ROOT} from './sandbox.js'

/**
 * Pastes an example of docs/plugins.md: each file is named in the line before its block.
 * @param folder made here
 * @param heading of the section it is in
 * @returns the commands that try it
 */
export function pasteExample(folder: string, heading = 'A complete example'): string[] {
  const text = readFileSync(join(ROOT, 'docs', 'plugins.md'), 'utf8')
  const [, example = ''] = new RegExp(`^## ${heading}\\n([^]*?)^## `, 'm').exec(text) ?? []
  for (const [, path, content] of example.matchAll(/^`([^`\n]+)`[^\n]*:\n\n```\w+\n([^]*?)^```/gm)) {
    const file = join(folder, path!)
    mkdirSync(dirname(file), {recursive: true})
    writeFileSync(file, content!)
  }
  return [...example.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, body]) => body!.trim().split('\n'))
}
