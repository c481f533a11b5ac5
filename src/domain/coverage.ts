import type {Plan} from '@orch/plugin-kit'
import {hasFailed} from './merge.js'
import type {Project} from './model/project.js'

/** What speaks for a criterion or task: a command that orch ran, an agent's word, or nothing. */
export interface Backing {
  readonly by: 'command' | 'claim' | 'nothing'
  /** The command, or the role. */
  readonly what: string | null
}

export interface Coverage {
  readonly criteria: readonly (Backing & {readonly text: string})[]
  readonly tasks: readonly (Backing & {readonly id: string; readonly title: string; readonly roles: readonly string[]})[]
}

/** Words of four letters or more, which carry meaning. */
const TELLING = /[\p{L}\p{N}]{4,}/gu

/**
 * Says what speaks for each criterion and task of a plan. A command speaks for what names it; a claim that holds for the tasks of its role, and for a
 * criterion of which it has every telling word.
 */
export function coverageOf(plan: Pick<Plan, 'outline' | 'team'>, project: Project): Coverage {
  const passed = (project.verification?.evidence ?? []).filter((one) => !hasFailed(one)).map(({command}) => command)
  const claims = project.agents.flatMap(({role, claim}) =>
    claim?.verdict === 'holds' ? [{role, text: [claim.message, ...claim.evidence].join('\n')}] : [],
  )
  const ofText = (text: string): Backing | null => {
    const command = passed.find((one) => names(text, one))
    return command === undefined ? null : {by: 'command', what: command}
  }
  const ofCriterion = (text: string): Backing => {
    const claim = claims.find((one) => hasWords(one.text, text))
    return ofText(text) ?? (claim ? {by: 'claim', what: claim.role} : NOTHING)
  }
  return {
    criteria: plan.outline.criteria.map((text) => ({text, ...ofCriterion(text)})),
    tasks: plan.outline.phases
      .flatMap(({tasks}) => tasks)
      .map(({id, title}) => {
        const roles = plan.team.roles.filter(({tasks}) => tasks.includes(id)).map(({key}) => key)
        const claim = claims.find(({role}) => roles.includes(role))
        return {id, title, roles, ...(ofText(title) ?? (claim ? ({by: 'claim', what: claim.role} as const) : NOTHING))}
      }),
  }
}

const NOTHING: Backing = {by: 'nothing', what: null}

/** Not inside of a longer word: `test` does not name `npm run test:all`. */
function names(text: string, command: string): boolean {
  const at = text.indexOf(command)
  return at >= 0 && !/[\w:-]/.test(text[at - 1] ?? ' ') && !/[\w:-]/.test(text[at + command.length] ?? ' ')
}

function hasWords(text: string, criterion: string): boolean {
  const words = new Set(text.toLowerCase().match(TELLING))
  const wanted = criterion.toLowerCase().match(TELLING) ?? []
  return wanted.length > 0 && wanted.every((word) => words.has(word))
}
