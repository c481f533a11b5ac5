import type {BesideTask} from '@orch/plugin-kit'

type Json = Readonly<Record<string, unknown>>

/** Of a description or a command, in a line of status. */
const SHOWN_CHARS = 60

/** Prompts that Claude Code gives itself: a background task ended, or the plan's limit is over (measured on 2.1.330 and 2.1.332). */
const ITSELF = [/^\s*<task-notification>/, /^Your claude\.ai usage limit has reset\./]
/** The prompt of another session (measured on 2.1.332). */
const OTHER_SESSION = /<cross-session-message\b[^>]*?\bfrom-name="([^"]*)"/

/** Who gave a prompt, where its text tells. */
export function originOf(prompt: string): {from?: string} {
  if (ITSELF.some((pattern) => pattern.test(prompt))) return {from: 'itself'}
  const name = OTHER_SESSION.exec(prompt)?.[1]
  return name === undefined ? {} : {from: `another session: ${name}`}
}

/** @param tasks `background_tasks` of a Stop: `{id, type, status, description, command?, agent_type?}` (measured on 2.1.197 and 2.1.332) */
export function besideIn(tasks: unknown): BesideTask[] {
  return objectsIn(tasks).map(({id, type, description, command}, index) => {
    const about = textOr(description, textOr(command, ''))
    return {id: textOr(id, String(index)), what: [textOr(type, 'task'), ...(about ? [about.slice(0, SHOWN_CHARS)] : [])].join(': ')}
  })
}

/** @param crons `session_crons` of a Stop: `{id, schedule, recurring, prompt}` (measured on 2.1.197 and 2.1.332) */
export function wakesIn(crons: unknown): string[] {
  return objectsIn(crons).map(({schedule, prompt}) =>
    [textOr(schedule, 'at a time of its own'), textOr(prompt, '').slice(0, SHOWN_CHARS)].filter(Boolean).join(' '),
  )
}

function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((item): item is Json => typeof item === 'object' && item !== null) : []
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback
}
