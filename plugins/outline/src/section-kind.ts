/** What a section is for: things to do, how to know they are right, what is left out, or reading. */
export type SectionKind = 'work' | 'criteria' | 'excluded' | 'background'

const EXCLUDED =
  /^(non-?goals?|anti-?goals?|out of scope|not in scope|won'?t (do|have)|exclusions?|future (work|ideas|enhancements)|later)\b/i

const CRITERIA_WORDS =
  'acceptance|success criteria|exit criteria|completion criteria|definition of done|done when|verification|how to (?:test|verify|check)(?: it)?|(?:it|this) is (?:right|done|finished|complete) when|criteria'

const CRITERIA = new RegExp(`\\b(?:${CRITERIA_WORDS})\\b|验收|完成标准`, 'i')

/** The same, as the whole of a line. */
const CRITERIA_LABEL = new RegExp(`^(?:the )?(?:${CRITERIA_WORDS})(?: criteria| tests?| steps)?$|^(?:验收|完成)标准$`, 'i')

const BACKGROUND =
  /^(overview|introduction|background|(executive )?summary|context|motivation|purpose|about|abstract|description|problem( statement)?|glossary|terminology|definitions|references?|resources|links|appendix|licen[cs]e|authors?|contributors|credits|acknowledge?ments|changelog|history|faq|(table of )?contents|timeline|schedule|(time )?estimates?|risks?|risk mitigation|high-risk areas|mitigation( strategies)?|assumptions|constraints|dependencies|stakeholders|conclusion|notes?|rollback( plan)?|tech(nology|nical)? stack|technologies|tools|architecture|directory layout|file layout|examples?|usage|goals?|objectives?|vision|scope|users?|personas?|prerequisites|environment)\b|\b(structure|benefits|pattern)$/i

/** What the work has to keep to: `Rules`, `Business rules`. */
const RULES = /^(?:[\w-]+ )?rules$/i

const WORK =
  /^(requirements?|features?|tasks?|to-?do|work|plan|implementation|roadmap|user stories|stories|backlog|steps?|checklist|milestones?)\b/i

const REQUIREMENTS = /\brequirements?\b/i

const PHASE =
  /^(?:\d+(?:\.\d+)*[.)]?\s+)?(?:(?:phase|stage|step|milestone|sprint|iteration|part|week|day)\s+(?:\d+|[ivx]+|[a-f]|one|two|three|four|five|six|seven)\b|第\s*[0-9一二三四五六七八九十]+\s*(?:阶段|期|步|周))/i

const TESTING = /\b(test(s|ing|ed)?|verify|verification|check(s|ing)?|validation|acceptance)\b/i

/** A top heading longer than this is a title. */
const SHORT_HEADING = 20

/** @returns the kind a heading gives its section, or null when it says nothing; the title of the document says nothing */
export function kindOf(title: string, level: number): SectionKind | null {
  const words = title.replace(/^[\d.)\s]+/, '')
  if (EXCLUDED.test(words)) return 'excluded'
  // `# Verification service` names the whole document, `# Acceptance criteria` a part of it.
  if (level === 1 && words.length > SHORT_HEADING) return null
  if (CRITERIA.test(words)) return 'criteria'
  if (isPhase(title) || WORK.test(words)) return 'work'
  return BACKGROUND.test(words) || RULES.test(words) ? 'background' : null
}

/** The kind that a short line of its own gives what follows: `Acceptance criteria:`, `Out of scope`. */
export function labelKind(text: string): 'criteria' | 'excluded' | null {
  const words = text.trim().replace(/\s*[:：]$/, '')
  if (words.length > 60 || /[.!?。]$/.test(words)) return null
  if (EXCLUDED.test(words)) return 'excluded'
  return CRITERIA_LABEL.test(words) ? 'criteria' : null
}

/** @returns whether a heading is a phase of the author's own plan: `Phase 2: …`, `Week 1`, `第一阶段` */
export function isPhase(title: string): boolean {
  return PHASE.test(title)
}

/** @returns whether a heading lists requirements */
export function isRequirements(title: string): boolean {
  return REQUIREMENTS.test(title)
}

/** @returns whether commands under this heading are there to test what was built */
export function isTesting(title: string): boolean {
  return TESTING.test(title)
}
