import {stat} from 'node:fs/promises'
import {isAbsolute} from 'node:path'
import {OrchError, type PaneCommand} from '@orch/plugin-kit'
import {literal} from './format.js'

/** Bytes of argv and environment together: tmux takes about 16 KB in one command from its command line. */
const LIMIT = 12 * 1024

/** What tmux sets in a pane whatever it is told: PATH comes from the client, SHELL and PWD from tmux's own state (measured on tmux 3.3a). */
const SET_BY_TMUX = ['COLORTERM', 'PATH', 'PWD', 'SHELL', 'TERM_PROGRAM', 'TERM_PROGRAM_VERSION']

/** These lead `tmux` to the server of the pane. An agent's would be orch's own, which `tmux kill-server` ends for every team. */
const WAY_TO_SERVER = ['TMUX', 'TMUX_PANE']

/** Refuses what tmux would silently do otherwise than asked. @throws ORCH_REFUSED */
export async function checkCommand({argv, cwd, env}: PaneCommand): Promise<void> {
  const pairs = Object.entries(env)
  if (argv.length === 0 || argv[0] === '') throw refused('it has no program', 'Name the program to run.')
  if ([...argv, cwd, ...pairs.flat()].some((text) => text.includes('\0'))) throw refused('it holds a NUL character', 'Take it out.')
  const odd = pairs.find(([name]) => name === '' || name.includes('='))
  if (odd) throw refused(`${JSON.stringify(odd[0])} cannot name a variable`, 'Rename the variable.')
  const bytes = [...argv, ...pairs.map(([name, value]) => `${name}=${value}`)].reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
  if (bytes > LIMIT) {
    throw refused(
      `its arguments and environment take ${bytes} bytes, more than ${LIMIT}`,
      'Put what is long into a file and pass its path.',
    )
  }
  if (!isAbsolute(cwd) || !(await isDirectory(cwd))) throw refused(`there is no folder ${cwd}`, 'Make the folder first, or name another.')
}

/** The options and words behind `new-window` and its like. Variables go by `-e`: in an argv every user of the machine could read them. */
export function commandWords({argv, cwd, env}: PaneCommand): string[] {
  const own = Object.entries(env).filter(([name]) => !WAY_TO_SERVER.includes(name))
  return ['-c', literal(cwd), ...own.flatMap(([name, value]) => ['-e', `${name}=${value}`]), '--', ...wrapped(argv, env)]
}

/**
 * `env` in front makes two words or more of every command (one word goes through a shell) and undoes what tmux adds to the environment.
 * Of the values it has to give again, none is a secret.
 */
function wrapped(argv: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const surplus = [...WAY_TO_SERVER, ...SET_BY_TMUX.filter((name) => !(name in env))].flatMap((name) => ['-u', name])
  const again = SET_BY_TMUX.filter((name) => name in env).map((name) => `${name}=${env[name]!}`)
  // `env` takes a program with `=` in its path for a variable; `nice -n 0` changes nothing and has no such rule.
  const shield = argv[0]!.includes('=') ? ['nice', '-n', '0', '--'] : []
  return ['/usr/bin/env', ...surplus, '--', ...again, ...shield, ...argv]
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

function refused(why: string, remedy: string): OrchError<'ORCH_REFUSED'> {
  return new OrchError('ORCH_REFUSED', {what: 'The command for the pane', why, remedy})
}
