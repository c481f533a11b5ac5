import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {textOf} from '../support/documents.js'
import {ROOT} from '../support/sandbox.js'

describe('the map of CONTRIBUTING', () => {
  const [, map = ''] = /^## Where things are\n([^]*?)^## /m.exec(textOf('CONTRIBUTING.md')) ?? []
  const [folders = '', features = ''] = map.split('by the question they answer')
  const spans = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span!)
  const foldersIn = (path: string) =>
    readdirSync(join(ROOT, path), {withFileTypes: true})
      .filter((entry) => entry.isDirectory())
      .map(({name}) => name)

  it('names each folder of src', () => {
    const named = spans(folders).flatMap((span) => /^src\/([a-z-]+)/.exec(span)?.[1] ?? [])
    expect([...new Set(named)].sort()).to.deep.equal(foldersIn('src').sort())
  })

  it('asks a question for each feature of src/services, and for no other', () => {
    const answers = features.split('\n').flatMap((line) => /^\|.*\|([^|]*)\|$/.exec(line)?.[1] ?? [])
    const named = spans(answers.join('\n')).filter((span) => /^[a-z-]+$/.test(span))
    expect([...new Set(named)].sort()).to.deep.equal(foldersIn('src/services').sort())
  })
})
