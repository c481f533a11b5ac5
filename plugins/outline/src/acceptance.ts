import type {TextBlock} from './markdown/text-block.js'
import {isTesting} from './section-kind.js'
import {allSections, type Section} from './sections.js'
import {commandsOfFence, isCommand} from './commands.js'

/** Commands a plan proposes at most. */
const MOST_COMMANDS = 50

/**
 * The commands by which the specification wants the result tested, as text: nothing here runs them.
 * Taken from fenced shell blocks under headings on acceptance, verification or testing, or after a line on it,
 * and from inline code in statements under headings of criteria.
 */
export function findAcceptance(root: Section): string[] {
  const commands = allSections(root)
    .filter(({kind}) => kind !== 'excluded')
    .flatMap((section) => sectionCommands(section))
  return [...new Set(commands)].slice(0, MOST_COMMANDS)
}

function sectionCommands(section: Section): string[] {
  const testing = section.kind === 'criteria' || isTesting(section.title)
  return section.blocks.flatMap((block, index) => {
    if (block.kind === 'code') return testing || announcesTest(section.blocks[index - 1]) ? commandsOfFence(block.lang, block.text) : []
    if (section.kind === 'criteria' && (block.kind === 'item' || block.kind === 'paragraph'))
      return block.code.map((each) => each.trim()).filter(isCommand)
    return []
  })
}

/** `Acceptance test:` and the like, right before a block of code. */
function announcesTest(before: TextBlock | undefined): boolean {
  const text = before && (before.kind === 'paragraph' || before.kind === 'item') ? before.text.trim() : ''
  return text.length <= 100 && /[:：]$/.test(text) && /\b(acceptance|accept(ed)? (when|if)|verif(y|ied|ication)|done when)\b/i.test(text)
}
