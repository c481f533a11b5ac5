import {stringify} from 'yaml'

/** An answer as a person reads it: YAML, without what is empty. */
export function readable(value: object): string {
  const filled = Object.entries(value as Record<string, unknown>).filter(([, held]) => !isEmpty(held))
  return stringify(Object.fromEntries(filled), {lineWidth: 0}).trimEnd()
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
}
