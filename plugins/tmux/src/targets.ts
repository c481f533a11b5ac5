import {OrchError} from '@orch/plugin-kit'

const SIGILS = {session: '$', window: '@', pane: '%'} as const
type Kind = keyof typeof SIGILS

/** Lets only ids through: a name as target is matched by prefix and may hit another. @throws ORCH_NOT_FOUND */
export function checkId(kind: Kind, id: string): string {
  if (id.startsWith(SIGILS[kind]) && /^\d+$/.test(id.slice(1))) return id
  throw notFound(kind, id)
}

/** The error for a target that is not there. */
export function notFound(kind: Kind, id: string): OrchError<'ORCH_NOT_FOUND'> {
  return new OrchError('ORCH_NOT_FOUND', {what: `tmux ${kind}`, name: id})
}
