import type {Item} from './markdown/text-block.js'
import {cut, plain, sentences} from './plain.js'
import type {Section} from './sections.js'

/** A task before it has an id. */
export interface FoundTask {
  readonly title: string
  readonly done: boolean
  readonly line: number
}

/**
 * The tasks among the list items directly under a heading: outermost items, items with a checkbox, and the items below a line that only names them (`Backend:`).
 * Items below others are details: they are read in the specification.
 * @param onlyTicked only items with a checkbox
 */
export function listTasks(section: Section, onlyTicked = false): FoundTask[] {
  const tasks: FoundTask[] = []
  const items = section.blocks.filter((block): block is Item => block.kind === 'item')
  /** By depth: whether items below are tasks of their own. */
  const groups: boolean[] = []
  for (const [index, item] of items.entries()) {
    groups.length = item.depth
    const wanted = item.checked !== null || (!onlyTicked && groups.every(Boolean))
    const isGroup =
      item.checked === null && groups.every(Boolean) && /[:：]$/.test(plain(item.text)) && (items[index + 1]?.depth ?? 0) > item.depth
    groups[item.depth] = isGroup
    if (wanted && !isGroup) tasks.push(...taskOf(item.text, item.line, item.checked === true))
  }
  return tasks
}

/** A task for each sentence of the paragraphs under a heading. */
export function proseTasks(section: Section): FoundTask[] {
  return section.blocks
    .flatMap((block) => (block.kind === 'paragraph' ? sentences(block.text, block.line) : []))
    .flatMap(({text, line}) => taskOf(text, line, false))
}

/** The heading itself as a task: for sections that describe a piece of work in prose. */
export function headingTask({title, line}: Section): FoundTask[] {
  return taskOf(title, line, false)
}

function taskOf(text: string, line: number, done: boolean): FoundTask[] {
  const title = cut(text)
  return /[\p{L}\p{N}]/u.test(title) ? [{title, done, line}] : []
}
