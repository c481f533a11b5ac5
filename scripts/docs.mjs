// `npm run docs`: writes the pages of docs/reference that are made from the code.
import {mkdirSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {generatedPages} from './docs/index.ts'
import {ROOT} from './docs/root.ts'

for (const [path, text] of await generatedPages()) {
  mkdirSync(join(ROOT, dirname(path)), {recursive: true})
  writeFileSync(join(ROOT, path), text)
  console.log(path)
}
