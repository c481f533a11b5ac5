import {cut} from './plain.js'
import {isPhase} from './section-kind.js'
import {allSections, type Section} from './sections.js'
import {headingTask, listTasks, proseTasks, type FoundTask} from './tasks.js'

/** A phase before its tasks have ids and hours. */
export interface FoundPhase {
  readonly name: string
  readonly tasks: readonly FoundTask[]
}

/** Phases a plan has at most; more are joined with their neighbours, and no task is lost. */
export const MOST_PHASES = 12

/** Sentences of plain prose that become tasks at most. */
const MOST_SENTENCES = 40

/**
 * Phases with their tasks: the author's own phases when there are such headings, else the sections that hold work, else whatever there is.
 * @param whole what to call a phase without a heading, and the task of an empty document
 */
export function findPhases(root: Section, whole: string): FoundPhase[] {
  const sections = allSections(root)
  const attempts = [
    () => (sections.some(isOwnPhase) ? ownPhases(root) : []),
    () => grouped(root, workTasks(root)),
    () => grouped(root, (section) => (section.kind === 'background' ? listTasks(section) : [])),
    () => sentencePhase(sections),
    () => grouped(root, (section) => (isToDo(section) && section.level > 0 ? headingTask(section) : [])),
  ]
  for (const attempt of attempts) {
    const phases = attempt()
    if (phases.length > 0) return phases.map((phase) => ({...phase, name: phase.name || whole}))
  }
  return [{name: whole, tasks: [{title: whole, done: false, line: 1}]}]
}

/** Joins neighbours until there are at most MOST_PHASES. */
export function joinPhases(phases: readonly FoundPhase[]): FoundPhase[] {
  if (phases.length <= MOST_PHASES) return [...phases]
  const joined: FoundPhase[] = []
  for (let index = 0; index < MOST_PHASES; index++) {
    const part = phases.slice(Math.round((index * phases.length) / MOST_PHASES), Math.round(((index + 1) * phases.length) / MOST_PHASES))
    const names = part.length > 1 ? `${part[0]!.name} … ${part.at(-1)!.name}` : part[0]!.name
    joined.push({name: cut(names), tasks: part.flatMap(({tasks}) => tasks)})
  }
  return joined
}

type TaskFinder = (section: Section) => FoundTask[]

function isOwnPhase({title, kind}: Section): boolean {
  return kind === 'work' && isPhase(title)
}

/** The author's phases, and beside them what has checkboxes: a list ticked off is work too. */
function ownPhases(section: Section): FoundPhase[] {
  if (isOwnPhase(section)) return phaseOf(section, phaseTasks(section))
  if (!allSections(section).some(isOwnPhase)) return phaseOf(section, allSections(section).flatMap(tickedTasks))
  return [...phaseOf(section, tickedTasks(section)), ...section.children.flatMap(ownPhases)]
}

/** Tasks of a phase: its lists, else its sentences, else its heading. */
function phaseTasks(section: Section): FoundTask[] {
  const parts = allSections(section).filter(isToDo)
  const lists = parts.flatMap((part) => listTasks(part))
  if (lists.length > 0) return lists
  const prose = parts.flatMap(proseTasks)
  return prose.length > 0 ? prose : headingTask(section)
}

function tickedTasks(section: Section): FoundTask[] {
  return isToDo(section) ? listTasks(section, true) : []
}

/** Lists of a section for work; a section that describes its work in prose is one task. The document's title alone is none. */
function workTasks(root: Section): TaskFinder {
  const title = root.children.length === 1 ? root.children[0] : undefined
  return (section) => {
    if (section.kind !== 'work') return tickedTasks(section)
    const lists = listTasks(section)
    if (lists.length > 0 || section === title || section.level === 0) return lists
    const leaf = section.children.every(({level}) => level > DEEPEST_HEADING)
    return leaf && section.blocks.length > 0 ? headingTask(section) : []
  }
}

/** Below it are only labels: lines such as `Acceptance criteria:`. */
const DEEPEST_HEADING = 6

/** A phase for each section that holds tasks, below the point where the document branches. */
function grouped(root: Section, tasksOf: TaskFinder): FoundPhase[] {
  const busy = (section: Section) => allSections(section).some((each) => tasksOf(each).length > 0)
  let top = root
  for (;;) {
    const [only, ...others] = top.children.filter(busy)
    if (!only || others.length > 0 || tasksOf(top).length > 0 || !only.children.some(busy)) break
    top = only
  }
  return [...phaseOf(top, tasksOf(top)), ...top.children.flatMap((child) => phaseOf(child, allSections(child).flatMap(tasksOf)))]
}

function sentencePhase(sections: readonly Section[]): FoundPhase[] {
  const tasks = sections.filter(isToDo).flatMap(proseTasks).slice(0, MOST_SENTENCES)
  return tasks.length > 0 ? [{name: '', tasks}] : []
}

function isToDo({kind}: Section): boolean {
  return kind === 'work' || kind === 'background'
}

function phaseOf({title}: Section, tasks: readonly FoundTask[]): FoundPhase[] {
  return tasks.length > 0 ? [{name: cut(title), tasks}] : []
}
