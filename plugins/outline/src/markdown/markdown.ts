import {Lexer, type Token, type Tokens} from 'marked'
import type {TextBlock} from './text-block.js'
import {inlineCode, plainText, type InlineToken} from './markdown-inline.js'

/**
 * Reads Markdown, or any plain text, into blocks.
 * @param text with any line ends, with or without a byte order mark and front matter
 * @returns the blocks in order, each with its line in `text`; never throws
 */
export function parseMarkdown(text: string): TextBlock[] {
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const frontMatter = FRONT_MATTER.exec(source)
  const head: TextBlock[] = frontMatter ? [{kind: 'front-matter', text: frontMatter[2]!.trimEnd(), line: 1}] : []
  // Blanked, not cut: the lines below keep their numbers.
  const body = frontMatter ? '\n'.repeat(newlines(frontMatter[0])) + source.slice(frontMatter[0].length) : source
  const lexer = new Lexer()
  try {
    return [...head, ...new BlockReader(lexer).read(lexer.blockTokens(shallow(body), []), 1, 0)]
  } catch {
    // Only nesting thousands of levels deep overflows the stack: then lines are all there is.
    return [...head, ...plainLines(body)]
  }
}

/** YAML or TOML between two rules at the very start; two rules around prose are just rules. */
const FRONT_MATTER = /^(---|\+\+\+)[ \t]*\n((?=[^\n]*\w[\w-]*\s*[:=])(?:.*\n)*?)\1[ \t]*(?:\n|$)/

/** Columns of indentation that still mean something; deeper nesting costs the lexer time with its cube. */
const DEEPEST_INDENT = 100

/** Characters of one block whose inline marks are read; the lexer's time grows with the square on hostile text. */
const LONGEST_INLINE = 10_000

/**
 * Work that the inline marks of one text may cost, in units of the cube of a block's brackets: about 15 ns each with marked 16, which looks for the
 * end of every link at every bracket. A mark of emphasis costs a hundred units times the number of them. A paragraph of fifty links takes 125,000.
 */
const INLINE_WORK = 200_000_000

function shallow(source: string): string {
  return source.replace(/^[ \t]{100,}/gm, ' '.repeat(DEEPEST_INDENT))
}

/** List marks that Markdown does not know: bullets of word processors, and numbers as Chinese and Japanese texts write them. */
const FOREIGN_MARK = /^\s*(?:([•‣◦●○▪▸►·])\s*|(?:\d{1,3}[、．）]|[（(]\d{1,3}[)）]|[一二三四五六七八九十]{1,3}、)\s*)(?=\S)/

class BlockReader {
  readonly #lexer: Lexer
  #work = INLINE_WORK

  constructor(lexer: Lexer) {
    this.#lexer = lexer
  }

  /** @param line of the first token @param depth of a list among these tokens */
  read(tokens: readonly Token[], line: number, depth: number): TextBlock[] {
    const blocks: TextBlock[] = []
    for (const token of tokens) {
      blocks.push(...this.#block(token, line + newlines(/^\n*/.exec(token.raw)![0]), depth))
      line += newlines(token.raw)
    }
    return blocks
  }

  #block(token: Token, line: number, depth: number): TextBlock[] {
    switch (token.type) {
      case 'heading': {
        const {depth: level, text} = token as Tokens.Heading
        return [{kind: 'heading', level, text: this.#plain(text), line}]
      }
      case 'list':
        return this.#list(token as Tokens.List, line, depth)
      case 'code': {
        const {lang, text} = token as Tokens.Code
        return [{kind: 'code', lang: (lang ?? '').split(/[\s{]/)[0]!.toLowerCase(), text, line}]
      }
      case 'blockquote':
        return this.read((token as Tokens.Blockquote).tokens, line, depth)
      case 'table': {
        const {header, rows} = token as Tokens.Table
        const text = [header, ...rows].map((row) => row.map((cell) => this.#plain(cell.text)).join(' | ')).join('\n')
        return [{kind: 'table', text, line}]
      }
      case 'html':
        return paragraph(withoutMarkup((token as Tokens.HTML).text), [], line)
      case 'paragraph':
      case 'text':
        return this.#paragraph((token as Tokens.Paragraph).text, line)
      default:
        return []
    }
  }

  #plain(text: string): string {
    return plainText(this.#inline(text))
  }

  #code(text: string): string[] {
    return inlineCode(this.#inline(text))
  }

  /** A paragraph of a specification is short; the rest of a very long one is not looked at, and marks that would cost too much stay as they are. */
  #inline(text: string): InlineToken[] {
    const read = text.slice(0, LONGEST_INLINE)
    const work = count(read, '[') ** 3 + 100 * (count(read, '*') + count(read, '_')) ** 2
    if (work > this.#work) return [{type: 'text', raw: read, text: read}]
    this.#work -= work
    return this.#lexer.inlineTokens(read)
  }

  #list(list: Tokens.List, line: number, depth: number): TextBlock[] {
    const blocks: TextBlock[] = []
    for (const item of list.items) {
      const [first, ...rest] = item.tokens
      const own = first && (first.type === 'text' || first.type === 'paragraph') ? (first as Tokens.Text) : null
      const text = own?.text ?? ''
      const checked = item.task ? item.checked === true : null
      blocks.push({
        kind: 'item',
        text: this.#plain(text),
        line,
        depth,
        ordered: list.ordered,
        checked,
        code: this.#code(text),
      })
      blocks.push(...this.read(own ? rest : item.tokens, line + (own ? newlines(own.raw) : 0), depth + 1))
      line += newlines(item.raw)
    }
    return blocks
  }

  #paragraph(text: string, line: number): TextBlock[] {
    const lines = text.split('\n')
    if (!lines.some((each) => FOREIGN_MARK.test(each))) return paragraph(this.#plain(text), this.#code(text), line)
    return lines.flatMap((each, index): TextBlock[] => {
      const mark = FOREIGN_MARK.exec(each)
      const rest = mark ? each.slice(mark[0].length) : each
      const code = this.#code(rest)
      const plain = this.#plain(rest)
      if (!mark) return paragraph(plain, code, line + index)
      return [{kind: 'item', text: plain, line: line + index, depth: 0, ordered: !mark[1], checked: null, code}]
    })
  }
}

function paragraph(text: string, code: string[], line: number): TextBlock[] {
  const [lead] = /^\s*/.exec(text)!
  return text.trim() === '' ? [] : [{kind: 'paragraph', text: text.trim(), code, line: line + newlines(lead)}]
}

/** Text of an HTML block; its line breaks stay, so that the first line is at the block's own. */
function withoutMarkup(html: string): string {
  return html.replace(/<!--[\s\S]*?(-->|$)/g, '').replace(/<\/?[a-zA-Z][^<>]*>/g, '')
}

function plainLines(source: string): TextBlock[] {
  return source.split('\n').flatMap((text, index) => paragraph(text, [], index + 1))
}

function newlines(text: string): number {
  return count(text, '\n')
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1
}
