import type {PaneCommand} from '../capabilities/terminal.js'
import {OrchError} from '../errors/index.js'

/** What the real terminal refuses or changes, the one in memory does too: a fake that takes more hides mistakes. */

/** Bytes of argv and environment together. */
const LIMIT = 12 * 1024
const KEY =
  /^(?:[CMS]-)*(?:Up|Down|Left|Right|BSpace|BTab|DC|Delete|End|Enter|Escape|F\d+|Home|IC|Insert|[NP]Page|Page(?:Up|Down)|Pg(?:Up|Dn)|Space|Tab|[!-~])$/

/** @throws ORCH_REFUSED for a command without a program, one too long, or one in a folder that is not there */
export function checkCommand({argv, cwd, env}: PaneCommand, folderExists: (path: string) => boolean): void {
  const what = 'The command for the pane'
  if (!argv[0]) throw refused(what, 'it has no program')
  const bytes = [...argv, ...Object.entries(env).flat()].reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
  if (bytes > LIMIT) throw refused(what, `its arguments and environment take ${bytes} bytes, more than ${LIMIT}`)
  if (!folderExists(cwd)) throw refused(what, `there is no folder ${cwd}`)
}

/** @throws ORCH_REFUSED for what tmux does not know as a key */
export function checkKeys(keys: readonly string[]): void {
  const wrong = keys.find((key) => !KEY.test(key))
  if (wrong !== undefined) throw refused(`The key ${JSON.stringify(wrong)}`, 'tmux has no key of that name')
}

export function refused(what: string, why: string): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {what, why, remedy: 'Ask for something else.'})
}

/** A name as tmux would show it. */
export function visibleName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f\\$]/g, '_') || '_'
}
