import type {ProjectSize} from '@orch/plugin-kit'
import type {Survey} from './survey.js'

/** Extensions that are program text. */
const CODE = /\.(py|js|mjs|cjs|jsx|ts|mts|cts|tsx|java|kt|go|rs|c|h|cc|cpp|hpp|cs|rb|php|swift|scala|ex|exs|vue|svelte)$/i
const TEST = /(^|\/)(tests?|specs?|__tests__)\/|(^|\/)test_[^/]*$|[._-](test|spec)s?\.[a-z]+$/i
const CONTAINER = /(^|\/)(Dockerfile[^/]*|Containerfile|(docker-)?compose[^/]*\.ya?ml)$/i

/** @returns whether the repository holds program text */
export function isCode(path: string): boolean {
  return CODE.test(path)
}

/**
 * How much there is to look after, 0 to 20: the original's formula, min(code/10, 10) + min(files/100, 5) + 2 for tests + 2 for CI + 1 for containers.
 * A test file counts as code and as test.
 */
export function complexityScore({files, ci}: Survey): number {
  const code = files.filter(isCode).length
  const score =
    Math.min(code / 10, 10) +
    Math.min(files.length / 100, 5) +
    (files.some((path) => TEST.test(path)) ? 2 : 0) +
    (ci ? 2 : 0) +
    (files.some((path) => CONTAINER.test(path)) ? 1 : 0)
  return Math.round(score * 10) / 10
}

/** The original's steps: under 5 small, under 12 medium. */
export function sizeOfScore(score: number): ProjectSize {
  if (score < 5) return 'small'
  return score < 12 ? 'medium' : 'large'
}
