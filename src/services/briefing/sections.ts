import type {Answer, BriefingSection} from '@orch/plugin-kit'
import {line, text} from './clean.js'

/** A part of a briefing: a heading and what is under it. */
export interface Section {
  readonly title: string
  readonly text: string
  /** 0 to 100; lighter ones are left out first, 100 never is. */
  readonly weight: number
}

/** What stands before the first heading, and what an agent cannot work without. */
export const INDISPENSABLE = 100

const DEFAULT_WEIGHT = 50

/** `## Title <!-- weight: 60 -->` at the start of a line. */
const HEADING = /^## (.+?)(?:\s*<!--\s*weight:\s*(\d{1,3})\s*-->)?\s*$/

/** Cuts a rendered template at its second-level headings. Values cannot make one: they are single lines and never begin a line. */
export function splitSections(rendered: string): Section[] {
  const sections: {title: string; lines: string[]; weight: number}[] = [{title: '', lines: [], weight: INDISPENSABLE}]
  for (const each of rendered.split('\n')) {
    const heading = HEADING.exec(each)
    if (heading) sections.push({title: heading[1]!, lines: [], weight: Math.min(Number(heading[2] ?? DEFAULT_WEIGHT), INDISPENSABLE)})
    else sections.at(-1)!.lines.push(each)
  }
  return sections.map(({title, lines, weight}) => ({title, weight, text: asSection(title, lines.join('\n'))}))
}

/** Sections of plugins, heavier first; they are never indispensable. */
export function pluginSections(answers: readonly Answer<readonly BriefingSection[]>[]): Section[] {
  return answers
    .flatMap(({value}) => [...value])
    .map(({title, body, weight}) => ({
      title: line(title),
      text: asSection(line(title), text(body)),
      weight: Math.min(weight, INDISPENSABLE - 1),
    }))
    .sort((a, b) => b.weight - a.weight)
}

function asSection(title: string, body: string): string {
  const tidy = body.replace(/\n{3,}/g, '\n\n').trim()
  return title === '' ? tidy : `## ${title}\n\n${tidy}`
}
