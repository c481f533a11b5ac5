import {OrchError} from '@orch/plugin-kit'

/** Names of keys in tmux(1), KEY BINDINGS. */
const NAMED =
  'Up|Down|Left|Right|BSpace|BTab|DC|Delete|End|Enter|Escape|F[1-9]|F1[0-2]|Home|IC|Insert|NPage|PageDown|PgDn|PPage|PageUp|PgUp|Space|Tab'
const KEY = new RegExp(`^(?:[CMS]-)*(?:${NAMED}|[!-~])$`)

/** Refuses what tmux does not know as a key: it would type the name letter by letter. @throws ORCH_REFUSED */
export function checkKeys(keys: readonly string[]): void {
  const wrong = keys.find((key) => !KEY.test(key))
  if (wrong === undefined) return
  throw new OrchError('ORCH_REFUSED', {
    what: `The key ${JSON.stringify(wrong)}`,
    why: 'tmux has no key of that name and would type the letters of it',
    remedy: 'Use the names of tmux(1), KEY BINDINGS (Enter, Escape, C-c, Down), or type it as text.',
  })
}
