#!/usr/bin/env node
// Starts the supervisor again for an agent's hook that finds none alive, at most once in ten seconds. Waits for nothing, and never fails.
// It is in the folder of the agents' programs, and takes the state directory from the agent's environment.
import {mkdirSync, statSync, utimesSync, writeFileSync} from 'node:fs'
import {spawn} from 'node:child_process'
import {readOwn} from './own-file.js'

const RESTART_EVERY_MS = 10_000
/** As in src/adapters/stop-mark.ts. */
const REPLACEMENT_MS = 60_000

const spool = `${process.env.ORCH_STATE}/spool`

try {
  if (!isBeingReplaced() && marks()) start()
} catch {
  // Nothing more can be done from here; the watchdog or the next command starts it.
}

/** A command replaces it, and has a minute for that. */
function isBeingReplaced() {
  const replaced = statSync(`${spool}/.replaced`, {throwIfNoEntry: false})
  return replaced !== undefined && Math.abs(Date.now() - replaced.mtimeMs) < REPLACEMENT_MS
}

/** @returns whether no hook has started one within the last ten seconds; then this one does. @throws when that cannot be kept */
function marks() {
  const marker = `${spool}/.started`
  const last = statSync(marker, {throwIfNoEntry: false})
  if (last && Date.now() - last.mtimeMs < RESTART_EVERY_MS) return false
  mkdirSync(spool, {recursive: true, mode: 0o700})
  // Only its time counts. Whatever it is, it is not opened: a pipe would wait.
  if (last) utimesSync(marker, new Date(), new Date())
  else writeFileSync(marker, '', {flag: 'wx', mode: 0o600})
  return true
}

function start() {
  const {argv, env} = JSON.parse(readOwn(new URL('supervisor.json', import.meta.url)))
  spawn(argv[0], argv.slice(1), {cwd: '/', detached: true, stdio: 'ignore', env}).unref()
}
