import type {Detection, Outline} from '@orch/plugin-kit'
import type {Indicator, ResolvedTeam} from '../model.js'
import {countWords} from '../words.js'
import {indicatorMatches} from './indicators.js'
import type {Survey} from './survey.js'

/** The template for a project of which nothing is known. */
export const DEFAULT_TEMPLATE = 'code-project'
/** How sure one can be of a default (the original's figure); evidence only adds to it. */
const DEFAULT_CONFIDENCE = 0.5

/**
 * Which template fits: by what lies in the repository, else by the words of the specification, else the default.
 * @param teams in the order in which equals are preferred
 * @param outline the specification's outline, when there is one
 */
export function detectTeam(teams: readonly ResolvedTeam[], found: Survey, outline: Outline | null): Detection {
  const candidates = teams.filter((team) => !team.abstract)
  const byFiles = best(candidates.map((team) => ({team, ...scoreFiles(team, found)})))
  if (byFiles) return {template: byFiles.team.name, confidence: confidenceOf(byFiles.score), why: byFiles.why}
  const byWords = outline && best(candidates.map((team) => ({team, ...scoreWords(team, outline)})))
  if (byWords) return {template: byWords.team.name, confidence: confidenceOf(byWords.score), why: byWords.why}
  const fallback = candidates.find(({name}) => name === DEFAULT_TEMPLATE) ?? candidates[0] ?? teams[0]
  if (!fallback) return {template: DEFAULT_TEMPLATE, confidence: 0, why: ['no source has a team template']}
  return {template: fallback.name, confidence: DEFAULT_CONFIDENCE, why: ['nothing in the repository says what it is: the default']}
}

interface Score {
  readonly score: number
  readonly why: readonly string[]
}

function best<T extends Score>(scored: readonly T[]): T | undefined {
  return scored.reduce<T | undefined>((top, next) => (next.score > (top?.score ?? 0) ? next : top), undefined)
}

/** 100 points of evidence are certainty, none is the default's half. */
function confidenceOf(score: number): number {
  return Math.min(1, Math.round((DEFAULT_CONFIDENCE + score / 200) * 100) / 100)
}

function scoreFiles(team: ResolvedTeam, found: Survey): Score {
  const own = scoreIndicators(team.indicators, found)
  if (own.score === 0) return own
  const inherited = scoreIndicators(team.inheritedIndicators, found)
  return {score: own.score + inherited.score, why: [...own.why, ...inherited.why]}
}

function scoreIndicators(indicators: readonly Indicator[], found: Survey): Score {
  let score = 0
  const why: string[] = []
  for (const {match, weight} of indicators) {
    const matches = indicatorMatches(match, found)
    score += weight * matches.length
    if (matches.length > 0) why.push(`${matches[0]} (${match}, +${weight * matches.length})`)
  }
  return {score, why}
}

/** Each word of the template that the specification uses counts as a file pattern does in the original. */
const WORD_WEIGHT = 20

function scoreWords(team: ResolvedTeam, outline: Outline): Score {
  const text = [outline.title, outline.summary, outline.type, ...outline.technologies, ...titlesOf(outline)].join('\n')
  const used = team.words.filter((word) => countWords([word], text) > 0)
  return {score: used.length * WORD_WEIGHT, why: used.map((word) => `the specification says ${JSON.stringify(word)}`)}
}

function titlesOf({phases}: Outline): string[] {
  return phases.flatMap(({name, tasks}) => [name, ...tasks.map(({title}) => title)])
}
