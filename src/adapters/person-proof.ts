import {readFile} from 'node:fs/promises'

/** Ancestors that are looked at; a process tree is never that deep. */
const MAX_DEPTH = 64

/**
 * Whether a process belongs to a person at a terminal: it has a controlling terminal, and neither it nor any process above it is an agent's run
 * (proc(5): `stat` fields 4 and 7, `environ`). Where there is no /proc the terminal that the caller claims has to do.
 * A program of the same user that means to deceive can still do so; what this stops is an agent that answers for a person.
 * @param pid as the caller says
 */
export async function isPersonAtTerminal(pid: number, proc = '/proc'): Promise<boolean> {
  if ((await read(`${proc}/self/stat`)) === null) return true
  const first = await statOf(proc, pid)
  if (!first || first.terminal === 0) return false
  for (let current = pid, depth = 0; current > 1 && depth < MAX_DEPTH; depth++) {
    const environment = await read(`${proc}/${current}/environ`)
    if (environment?.split('\0').some((entry) => entry.startsWith('ORCH_RUN=') || entry.startsWith('ORCH_AGENT='))) return false
    const stat = await statOf(proc, current)
    if (!stat) return false
    current = stat.parent
  }
  return true
}

async function statOf(proc: string, pid: number): Promise<{parent: number; terminal: number} | null> {
  const text = await read(`${proc}/${pid}/stat`)
  if (text === null) return null
  // The second field is a name in brackets that may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {parent: Number(fields[1]), terminal: Number(fields[4])}
}

function read(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
