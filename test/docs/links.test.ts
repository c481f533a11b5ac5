import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {expect} from 'chai'
import {blocksOf, documents, proseOf, spansOf, textOf} from '../support/documents.js'
import {ROOT} from '../support/sandbox.js'

/** A path of the repository as prose names it; patterns and placeholders are none. */
const PATH = /^(\.ci|bin|docs|examples|plugins|scripts|src|templates|test)\/[\w./-]+$/

describe('links of the documentation', () => {
  for (const file of documents()) {
    it(`lead to files and headings that exist: ${file}`, () => {
      expect(linksIn(textOf(file)).flatMap((link) => faultOfLink(file, link) ?? [])).to.deep.equal([])
    })

    it(`name paths that exist: ${file}`, () => {
      const text = textOf(file)
      const pasted = new Set(blocksOf(text).map(({path}) => path))
      const named = spansOf(text).filter((span) => PATH.test(span) && !pasted.has(span))
      const missing = named.filter((path) => ![ROOT, dirname(join(ROOT, file))].some((folder) => existsSync(join(folder, path))))
      expect(missing).to.deep.equal([])
    })
  }

  it('are faulty without the file or the heading', () => {
    expect(faultOfLink('README.md', 'docs/nothing.md')).to.equal('docs/nothing.md: no such file')
    expect(faultOfLink('README.md', 'docs/errors.md#orch_nothing')).to.equal('docs/errors.md#orch_nothing: no such heading')
    expect(faultOfLink('docs/errors.md', '#orch_usage')).to.equal(null)
    expect(linksIn('[a](b.md#c) ![d](e.svg) `[f](g)` <img src="h.svg">')).to.deep.equal(['b.md#c', 'e.svg', 'h.svg'])
  })
})

function linksIn(text: string): string[] {
  const prose = proseOf(text).replaceAll(/`[^`\n]*`/g, (span, at: number, all: string) => (all[at - 1] === '[' ? span : ''))
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)|<(?:img|a)[^>]* (?:src|href)="([^"]+)"/g)]
  return links.map(([, markdown, html]) => (markdown ?? html)!).filter((link) => !/^[a-z]+:/.test(link))
}

function faultOfLink(from: string, link: string): string | null {
  const [path = '', heading] = link.split('#')
  const file = path === '' ? from : join(dirname(from), path)
  if (!existsSync(join(ROOT, file))) return `${link}: no such file`
  return heading === undefined || headingsOf(textOf(file)).includes(heading) ? null : `${link}: no such heading`
}

/** Anchors as GitHub makes them of headings. */
function headingsOf(text: string): string[] {
  const titles = [...proseOf(text).matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!)
  return titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
