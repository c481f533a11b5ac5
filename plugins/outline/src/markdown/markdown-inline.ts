/** An inline token as the lexer of markdown.ts makes it. */
export interface InlineToken {
  readonly type: string
  readonly raw: string
  readonly text?: string
  readonly tokens?: readonly InlineToken[]
}

/** The words of inline Markdown without its marks; line breaks stay. */
export function plainText(tokens: readonly InlineToken[]): string {
  return tokens.map(plainToken).join('')
}

/** The pieces of inline code, in order. */
export function inlineCode(tokens: readonly InlineToken[]): string[] {
  return tokens.flatMap((token) => (token.type === 'codespan' ? [token.text ?? ''] : inlineCode(token.tokens ?? [])))
}

function plainToken(token: InlineToken): string {
  switch (token.type) {
    case 'br':
      return '\n'
    case 'html':
      return HTML_TAG.test(token.raw) ? '' : token.raw
    case 'codespan':
    case 'escape':
      return token.text ?? ''
    case 'text':
      return token.tokens ? plainText(token.tokens) : decoded(token.text ?? '')
    default:
      return token.tokens ? plainText(token.tokens) : (token.text ?? token.raw)
  }
}

/** Tags and comments of HTML; `<String>` and the like are words of a specification, so only lower-case names count. */
const HTML_TAG = /^<(?:!--|\/?[a-z][a-z0-9-]*[\s/>])/

const ENTITIES: Readonly<Record<string, string>> = {'&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#39;': "'", '&nbsp;': ' '}

function decoded(text: string): string {
  return text.replace(/&(?:lt|gt|amp|quot|nbsp|#39);/g, (entity) => ENTITIES[entity]!)
}
