#!/usr/bin/env node
// Starts the supervisor for the watchdog and waits until it is ready. Exit code 0: one runs. Why it did not is left for `orch status`.
//
//   start.js DATA    state directory
import {spawn} from 'node:child_process'
import {closeSync, constants, fstatSync, openSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {readOwn} from './own-file.js'

/** Milliseconds until a start that says nothing is given up: `orch daemon run` gives up by itself before that. */
const PATIENCE_MS = 150_000

const data = process.argv[2]
const failure = `${data}/start-failure.json`

try {
  const why = await start(JSON.parse(readOwn(new URL('supervisor.json', import.meta.url))))
  if (why === null) rmSync(failure, {force: true, recursive: true})
  else fail(why)
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}

/** @returns why it did not start, null when it did */
function start({argv, env}) {
  return new Promise((resolve) => {
    const child = spawn(argv[0], argv.slice(1), {cwd: '/', detached: true, env, stdio: ['ignore', 'pipe', output()]})
    const late = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`it was not ready within ${PATIENCE_MS / 1000} s`)
    }, PATIENCE_MS)
    let said = ''
    const settle = (why) => {
      clearTimeout(late)
      child.stdout?.destroy()
      child.unref()
      resolve(why)
    }
    child.once('error', ({message}) => settle(message))
    child.once('close', (code, signal) => settle(`it ended with ${signal ?? `exit code ${code}`} before it was ready`))
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (text) => {
      said += text
      const end = said.indexOf('\n')
      if (end >= 0) settle(whyOf(said.slice(0, end)))
    })
  })
}

function whyOf(line) {
  const {error} = JSON.parse(line)
  return error ? error.message : null
}

/** Where it writes its errors. A full disk is no reason not to start it, nor is a pipe in the place of that file. */
function output() {
  const {O_RDWR, O_APPEND, O_CREAT, O_NONBLOCK} = constants
  try {
    const file = openSync(`${data}/logs/supervisor.out`, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, 0o600)
    if (fstatSync(file).isFile()) return file
    closeSync(file)
    return 'ignore'
  } catch {
    return 'ignore'
  }
}

function fail(why) {
  process.exitCode = 1
  try {
    const {since, attempts} = earlier()
    const now = Date.now()
    const draft = `${failure}.${process.pid}.tmp`
    writeFileSync(draft, JSON.stringify({since: since ?? now, attempts: (attempts ?? 0) + 1, at: now, why}), {mode: 0o600})
    renameSync(draft, failure)
  } catch {
    // On a full disk only the reason is not known.
  }
}

function earlier() {
  try {
    return JSON.parse(readOwn(failure))
  } catch {
    return {}
  }
}
