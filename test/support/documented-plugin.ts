import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {ROOT} from './sandbox.js'

/** Pastes the example of docs/plugins.md: each file is named in the line before its block. @param folder made here @returns the commands that try it */
export function pasteExample(folder: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', 'plugins.md'), 'utf8')
  const [, example = ''] = /^## A complete example\n([^]*?)^## /m.exec(text) ?? []
  for (const [, path, content] of example.matchAll(/^`([^`\n]+)`[^\n]*:\n\n```\w+\n([^]*?)^```/gm)) {
    const file = join(folder, path!)
    mkdirSync(dirname(file), {recursive: true})
    writeFileSync(file, content!)
  }
  return [...example.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, body]) => body!.trim().split('\n'))
}
