import type {TextBlock} from './markdown/text-block.js'
import {cut, plain, sentences} from './plain.js'

/** A title that had to be made of running text stays short. */
const LONGEST_MADE_TITLE = 80
const LONGEST_SUMMARY = 500

/** The name a specification gives itself: front matter, first top heading, first words; else its file's. */
export function titleOf(blocks: readonly TextBlock[], fileName: string): string {
  const first = blocks.find(({kind, text}) => (kind === 'heading' || kind === 'paragraph' || kind === 'item') && isText(text))
  const top = blocks.find((block) => block.kind === 'heading' && block.level === 1 && isText(block.text))
  const named = frontMatterTitle(blocks) ?? top?.text ?? (first?.kind === 'heading' ? first.text : undefined)
  if (named && isText(named)) return cut(named)
  const words = first ? (sentences(first.text, first.line)[0]?.text ?? '') : ''
  return cut(words.replace(/[.。:：]$/, ''), LONGEST_MADE_TITLE) || cut(fileName.replace(/\.[^.]+$/, '')) || 'Specification'
}

/** The first paragraph; without one, the first items. */
export function summaryOf(blocks: readonly TextBlock[], title: string): string {
  const paragraph = blocks.find((block) => block.kind === 'paragraph' && isText(block.text))
  if (paragraph) return cut(paragraph.text, LONGEST_SUMMARY)
  const items = blocks.flatMap((block) => (block.kind === 'item' ? [plain(block.text)] : [])).filter(isText)
  return cut(items.slice(0, 3).join('; '), LONGEST_SUMMARY) || title
}

function frontMatterTitle(blocks: readonly TextBlock[]): string | undefined {
  const matter = blocks.find((block) => block.kind === 'front-matter')
  return /^title\s*[:=]\s*["']?(.*?)["']?\s*$/im.exec(matter?.text ?? '')?.[1]
}

function isText(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(plain(text))
}
