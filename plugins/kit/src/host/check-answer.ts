import {ANSWERS, LIFECYCLE, type EventName} from '../hooks/index.js'
import type {SchemaProblem, SchemaValidator} from '../ports/schema-validator.js'

/**
 * Holds an answer against the schema of its event.
 * @returns what is wrong with it; null when nothing is
 */
export function checkAnswer(event: EventName, answer: unknown, schemas: SchemaValidator): string | null {
  const {fold} = LIFECYCLE[event]
  const schema = ANSWERS[event]
  if (fold === 'notify') return null
  if (fold === 'guard' || schema === null)
    return answer === undefined || answer === null ? null : `it answered ${brief(answer)}, and nothing is answered here: throw to refuse`
  // Nothing to add is an answer to every event but this one.
  if (answer === undefined) return event === 'register' ? 'it answered nothing' : null
  const [problem] = schemas.check(schema, answer)
  return problem ? `it answered ${brief(answer)}: ${describe(problem)}` : null
}

function describe({path, message}: SchemaProblem): string {
  return path.length > 0 ? `${path.join('.')} ${message}` : message
}

/** Its shape, and none of its values: an environment holds secrets. */
function brief(answer: unknown): string {
  if (Array.isArray(answer)) return `a list of ${answer.length}`
  if (typeof answer === 'object' && answer !== null) return `an object with ${Object.keys(answer).join(', ') || 'nothing in it'}`
  if (typeof answer === 'string') return 'text'
  return typeof answer === 'function' ? 'a function' : String(answer)
}
