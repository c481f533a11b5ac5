/** A document as planners see it: a flat list of its parts in order, free of any markup library. */
export type TextBlock = FrontMatter | Heading | Item | CodeBlock | Paragraph | Table

/** Every `line` is 1-based in the text as it was given. */
interface Placed {
  readonly line: number
}

export interface FrontMatter extends Placed {
  readonly kind: 'front-matter'
  readonly text: string
}

export interface Heading extends Placed {
  readonly kind: 'heading'
  /** 1 to 6. */
  readonly level: number
  readonly text: string
}

export interface Item extends Placed {
  readonly kind: 'item'
  readonly text: string
  /** 0 for the outermost list. */
  readonly depth: number
  readonly ordered: boolean
  /** null when it has no checkbox. */
  readonly checked: boolean | null
  /** Its pieces of inline code. */
  readonly code: readonly string[]
}

export interface CodeBlock extends Placed {
  readonly kind: 'code'
  /** The language it is tagged with, lower case; empty without one. */
  readonly lang: string
  readonly text: string
}

export interface Paragraph extends Placed {
  readonly kind: 'paragraph'
  /** Line breaks of the source are kept. */
  readonly text: string
  readonly code: readonly string[]
}

export interface Table extends Placed {
  readonly kind: 'table'
  readonly text: string
}
