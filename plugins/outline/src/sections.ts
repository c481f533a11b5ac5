import type {Heading, TextBlock} from './markdown/text-block.js'
import {kindOf, labelKind, type SectionKind} from './section-kind.js'
import {plain} from './plain.js'

/** A heading with what stands under it. */
export interface Section {
  readonly title: string
  /** 0 for the document itself. */
  readonly level: number
  readonly line: number
  readonly kind: SectionKind
  /** The document's blocks directly under the heading. */
  readonly blocks: TextBlock[]
  readonly children: Section[]
}

/** A label such as `Acceptance criteria:` in a line of its own is a heading below every level. */
const LABEL_LEVEL = 7

/** Makes a tree of the flat list of blocks; a section inherits its parent's kind unless its own heading says otherwise. */
export function sectionsOf(blocks: readonly TextBlock[]): Section {
  const root: Section = {title: '', level: 0, line: 1, kind: 'work', blocks: [], children: []}
  const open = [root]
  const close = (level: number) => {
    while (open.length > 1 && open.at(-1)!.level >= level) open.pop()
  }
  const enter = (title: string, level: number, line: number, kind: SectionKind) => {
    const section: Section = {title, level, line, kind, blocks: [], children: []}
    open.at(-1)!.children.push(section)
    open.push(section)
  }
  for (const block of blocks) {
    if (block.kind === 'heading') {
      close(block.level)
      enterHeading(block, open.at(-1)!, enter)
      continue
    }
    if (block.kind === 'paragraph' && isLabel(block.text)) {
      close(LABEL_LEVEL)
      const kind = labelKind(block.text)
      if (kind) {
        enter(plain(block.text), LABEL_LEVEL, block.line, kind)
        continue
      }
    }
    open.at(-1)!.blocks.push(block)
  }
  return root
}

/** A section and all below it, in order of the document. */
export function allSections(section: Section): Section[] {
  return [section, ...section.children.flatMap(allSections)]
}

function enterHeading(
  {text, level, line}: Heading,
  parent: Section,
  enter: (t: string, l: number, n: number, k: SectionKind) => void,
): void {
  const title = plain(text)
  // What is under a list of criteria, or out of scope, stays that: their subheadings only sort it.
  const bound = parent.kind === 'criteria' || parent.kind === 'excluded'
  enter(title, level, line, bound ? parent.kind : (kindOf(title, level) ?? parent.kind))
}

function isLabel(text: string): boolean {
  return text.length <= 80 && !text.includes('\n') && (/[:：]$/.test(text.trim()) || labelKind(text) !== null)
}
