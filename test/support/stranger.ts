import {closeSync, constants, openSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {connect} from 'node:net'
import {join} from 'node:path'

/** What another user of the machine got hold of. Each entry is a path, or `what pid`. */
export interface Loot {
  readonly looks: number
  readonly readable: string[]
  readonly writable: string[]
  readonly connected: string[]
  readonly signalled: string[]
  readonly environments: string[]
  readonly argv: string[]
}

// A process that becomes another user, attacks what runs in a folder until its standard input ends, and prints its loot.
const [folder, uid] = process.argv.slice(2) as [string, string]
process.setgroups!([])
process.setgid!(Number(uid))
process.setuid!(Number(uid))

const got = Object.fromEntries(
  ['readable', 'writable', 'connected', 'signalled', 'environments', 'argv'].map((name) => [name, new Set<string>()]),
) as Record<Exclude<keyof Loot, 'looks'>, Set<string>>
let looks = 0
const attacking = setInterval(attack, 30)
process.stdin.resume().once('end', () => {
  clearInterval(attacking)
  process.stdout.write(JSON.stringify({looks, ...Object.fromEntries(Object.entries(got).map(([name, found]) => [name, [...found]]))}))
  process.exit()
})
process.stdout.write('attacking\n')

function attack(): void {
  looks += 1
  walk(folder)
  for (const socket of sockets()) knock(socket)
  for (const pid of list('/proc').filter((name) => /^\d+$/.test(name))) harm(pid)
}

function walk(path: string): void {
  for (const entry of attempt(() => readdirSync(path, {withFileTypes: true})) ?? []) {
    const inner = join(path, entry.name)
    if (entry.isDirectory()) walk(inner)
    else if (entry.isSocket()) knock(inner)
    else if (entry.isFile()) {
      if (opens(inner, constants.O_RDONLY)) got.readable.add(inner)
      if (opens(inner, constants.O_WRONLY)) got.writable.add(inner)
    }
  }
  const planted = join(path, 'planted')
  if (attempt(() => (writeFileSync(planted, ''), rmSync(planted), true))) got.writable.add(path)
}

/** Bound names in /proc/net/unix (unix(7)), also of sockets whose folder cannot be listed. */
function sockets(): string[] {
  const names = readFileSync('/proc/net/unix', 'utf8').matchAll(/ (?<name>\/\S+)$/gm)
  return [...names].map(({groups}) => groups!['name']!).filter((name) => name.startsWith(folder))
}

function knock(name: string): void {
  const socket = connect(name)
  socket.once('error', () => socket.destroy())
  socket.once('connect', () => {
    got.connected.add(name)
    socket.destroy()
  })
}

function harm(pid: string): void {
  if (Number(pid) === process.pid) return
  const argv = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  if (!argv?.includes(folder)) return
  got.argv.add(argv)
  if (attempt(() => readFileSync(`/proc/${pid}/environ`))) got.environments.add(`environment of ${pid}`)
  if (attempt(() => process.kill(Number(pid), 'SIGTERM'))) got.signalled.add(`end of ${pid}`)
}

const list = (path: string) => attempt(() => readdirSync(path)) ?? []

function opens(path: string, flags: number): boolean {
  const fd = attempt(() => openSync(path, flags | constants.O_NONBLOCK))
  if (fd !== null) closeSync(fd)
  return fd !== null
}

function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
